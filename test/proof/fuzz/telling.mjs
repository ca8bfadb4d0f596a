const LONGEST = 3_000;

/** A request to send again: bytes as bash writes them, for `printf '…' | nc 127.0.0.1 3000`. Tokens are those of a run that is over. */
export function requestInWords(bytes, { kind }) {
  const [shown, rest] = [bytes.subarray(0, LONGEST), bytes.length - LONGEST];
  const more = rest > 0 ? `\n… and ${rest} bytes more` : '';
  return `sent by ${kind}:\nprintf '${inBash(withoutToken(shown))}'${more}`;
}

const withoutToken = (bytes) => bytes.toString('latin1').replace(/(Authorization: Bearer )ey[\w.-]+/, '$1TOKEN');

/** `%` and `\` are printf's, and what is no ASCII is written as its number. */
const inBash = (text) =>
  text
    .replace(/[\\%]/g, (each) => each + each)
    .replaceAll('\r\n', '\\r\\n')
    .replace(/[^\x20-\x7e]|'/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`);
