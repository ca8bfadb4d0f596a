/** The field for a one-time code: takes what is pasted or filled in, however it is spaced, and goes on when it is whole. */
export function codeField(root) {
  const field = root.querySelector('input[data-digits]');
  if (!field) return;
  const length = Number(field.dataset.digits);
  field.addEventListener('input', () => {
    const digits = field.value.replace(/\D/g, '').slice(0, length);
    if (field.value !== digits) field.value = digits;
    // Where more is asked for than the code, the person goes on.
    const isAlone = field.form.querySelectorAll('input:not([type=hidden])').length === 1;
    if (digits.length === length && isAlone) field.form.requestSubmit();
  });
  root.addEventListener('click', (event) => fillFrom(event.target, field));
  fromMessage(field);
}

function fillFrom(target, field) {
  const button = target.closest?.('button[data-fill]');
  if (button) fill(field, button.value);
}

function fill(field, code) {
  field.value = code;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** WebOTP: the phone offers the code of a message that names this host. */
function fromMessage(field) {
  if (!('OTPCredential' in window)) return;
  const gone = new AbortController();
  field.form.addEventListener('submit', () => gone.abort());
  navigator.credentials
    .get({ otp: { transport: ['sms'] }, signal: gone.signal })
    .then((credential) => credential && fill(field, credential.code))
    .catch(() => undefined);
}
