/** A file of more than `data-most` bytes is not sent: the server hangs up on it, and a browser may never read why. */
export function fileSize(root) {
  for (const field of root.querySelectorAll('input[type=file][data-most]')) {
    field.addEventListener('change', () => {
      const isTooLarge = [...field.files].some(({ size }) => size > Number(field.dataset.most));
      field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : '');
      field.reportValidity();
    });
  }
}
