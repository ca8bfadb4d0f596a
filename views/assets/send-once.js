/** A form is sent once, however often its button is pressed. */
export function sendOnce(root) {
  root.addEventListener('submit', ({ target: form }) => {
    // After this turn, or the button that was pressed would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    });
  });
  // A page that the browser has kept is shown as it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted)
      for (const button of root.querySelectorAll('button[disabled]:not([data-wait])')) button.disabled = false;
  });
}
