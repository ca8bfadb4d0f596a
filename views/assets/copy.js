/** A button with `data-copy` copies it, and says so by `data-copied`. Without a clipboard, as by http, it is not shown. */
export function copyButtons(root) {
  for (const button of root.querySelectorAll('button[data-copy]')) {
    button.hidden = !navigator.clipboard;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const { textContent: before } = button;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = before), 1500);
    });
  }
}
