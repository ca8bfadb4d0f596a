/**
 * While an element with `data-live` is there, the page is asked for again after so many milliseconds, and every element whose id is in
 * `data-live-parts` takes the place of the one before; without that, it and the strip at the bottom do. With `data-live-wait` the page is
 * asked for only after that address has answered: a long poll.
 */
export function live(root, enhance) {
  for (const element of root.querySelectorAll('[data-live]')) void follow(element, enhance);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function follow(element, enhance) {
  await pause(Number(element.dataset.live));
  while (document.hidden) await pause(500);
  if (!element.isConnected) return;
  try {
    if (element.dataset.liveWait) await text(element.dataset.liveWait);
    const page = new DOMParser().parseFromString(await text(location.href), 'text/html');
    for (const id of (element.dataset.liveParts ?? `${element.id} strip`).split(' ')) replace(id, page, enhance);
  } catch {
    // The server is away, or this page is left: the next round tells.
    await pause(3000);
  }
  if (element.isConnected) void follow(element, enhance);
}

async function text(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

/** What stays the same is left alone, and so is whatever the person is in. */
function replace(id, page, enhance) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh || old.dataset.html === fresh.outerHTML || old.contains(document.activeElement)) return;
  fresh.dataset.html = fresh.outerHTML;
  old.replaceWith(fresh);
  const holder = document.createElement('div');
  fresh.before(holder);
  holder.append(fresh);
  enhance(holder);
  holder.replaceWith(fresh);
}
