/** A form is sent once, however often its button is pressed, or a script sends it; unless it brings a file, and its page stays. */
export function sendOnce(root) {
  const sent = new Set();
  root.addEventListener('submit', (event) => {
    const { target: form } = event;
    if ('stays' in form.dataset) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    // After this turn, or the button that was pressed would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    });
  });
  // A page that the browser has kept is shown as it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    sent.clear();
    for (const button of root.querySelectorAll('button[disabled]:not([data-wait])')) button.disabled = false;
  });
}
