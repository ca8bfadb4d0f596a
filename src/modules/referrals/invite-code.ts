import { randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O and U, which people take for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 6;

/** A new invite code: six characters, at least one digit and one letter. An identifier, not a secret. */
export function newInviteCode(): string {
  for (;;) {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/[0-9]/.test(code) && /[A-Z]/.test(code)) return code;
  }
}
