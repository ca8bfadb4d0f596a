/**
 * While an element with `data-live` is there, the page is asked for again after so many milliseconds, and every element whose id is in
 * `data-live-parts` takes the place of the one before; without that, it and the strip at the bottom do. With `data-live-wait` the page is
 * asked for only after that address has answered: a long poll. Where the element stays, its next address is the one of the fresh page.
 * `data-live-says` is shown in it, as it is true only with a script.
 */
export function live(root, enhance) {
  for (const element of root.querySelectorAll('[data-live]')) {
    if (element.dataset.liveSays) element.textContent = element.dataset.liveSays;
    void follow(element, enhance);
  }
}

/** A form was sent, or a link followed: where that leads is not to be crossed. */
let isLeft = false;
window.addEventListener('beforeunload', () => (isLeft = true));
window.addEventListener('pageshow', () => (isLeft = false));

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function follow(element, enhance) {
  await pause(Number(element.dataset.live));
  while (document.hidden) await pause(500);
  if (!element.isConnected) return;
  try {
    await renew(element, enhance);
  } catch {
    // The server is away, or this page is left: the next round tells.
    await pause(3000);
  }
  if (element.isConnected) void follow(element, enhance);
}

async function renew(element, enhance) {
  const { id, dataset } = element;
  if (dataset.liveWait) await text(dataset.liveWait);
  const page = new DOMParser().parseFromString(await text(location.href), 'text/html');
  for (const part of (dataset.liveParts ?? `${id} strip`).split(' ')) replace(part, page, enhance);
  const { liveWait } = page.getElementById(id)?.dataset ?? {};
  if (liveWait) dataset.liveWait = liveWait;
}

async function text(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (answer.ok && !answer.redirected) return answer.text();
  // Who was let in is no longer: the page, opened anew by GET, says what to do.
  if (!isLeft && (answer.redirected || [401, 403].includes(answer.status)))
    location.replace(location.href.split('#')[0]);
  throw new Error(String(answer.status));
}

function replace(id, page, enhance) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh || isSame(old, fresh)) return;
  if ('liveItems' in old.dataset) return merge(old, fresh, { page, enhance });
  if (!isTypedIn(old)) swap(old, fresh, enhance);
}

/** By `data-version`, where what is shown may differ though nothing has happened: a countdown. */
function isSame(old, fresh) {
  if ('version' in fresh.dataset) return old.dataset.version === fresh.dataset.version;
  if (old.dataset.html === fresh.outerHTML) return true;
  fresh.dataset.html = fresh.outerHTML;
  return false;
}

/** What stays the same is left alone, and so is what the person types. */
const isTypedIn = (element) =>
  element.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');

/** A list with `data-live-items`: each of its elements is followed by its id; what is new is put where it belongs. */
function merge(old, fresh, { page, enhance }) {
  const ids = new Set([...fresh.children].map(({ id }) => id));
  for (const item of [...old.children]) if (!ids.has(item.id)) item.remove();
  let before;
  for (const item of [...fresh.children]) {
    if (document.getElementById(item.id)) replace(item.id, page, enhance);
    else put(item, enhance, (element) => (before ? before.after(element) : old.prepend(element)));
    before = document.getElementById(item.id);
  }
}

/** Whoever was on a button or a link of the old one is on the same of the new one. */
function swap(old, fresh, enhance) {
  const stops = (element) => [...element.querySelectorAll('a, button')];
  const place = stops(old).indexOf(document.activeElement);
  put(fresh, enhance, (element) => old.replaceWith(element));
  stops(fresh)[place]?.focus();
}

/** Enhances look within what they are given, so that the element is in another one meanwhile. */
function put(element, enhance, show) {
  const holder = document.createElement('div');
  holder.append(element);
  show(holder);
  enhance(holder);
  holder.replaceWith(element);
}
