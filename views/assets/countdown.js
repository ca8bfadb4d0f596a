const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/**
 * A button with `data-wait` seconds can be pressed only after them, and says how long that is by `data-wait-text`; any other element
 * with them shows what is left, and `data-wait-over` in the end.
 */
export function countDown(root) {
  for (const element of root.querySelectorAll('[data-wait]')) {
    const end = performance.now() + Number(element.dataset.wait) * 1000;
    const { textContent: ready } = element;
    const tick = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      show(element, left, ready);
      if (left > 0 && element.isConnected) setTimeout(tick, 250);
    };
    tick();
  }
}

function show(element, left, ready) {
  const waits = left > 0;
  if (element instanceof HTMLButtonElement) element.disabled = waits;
  const text = waits ? (element.dataset.waitText ?? '{time}').replace('{time}', clock(left)) : overText(element, ready);
  if (element.textContent !== text) element.textContent = text;
}

const overText = (element, ready) => element.dataset.waitOver ?? ready;
