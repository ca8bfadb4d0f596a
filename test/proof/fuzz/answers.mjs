const HEAD_END = '\r\n\r\n';
/** Every line of a head that is not the status: a token, a colon and a value without control characters (RFC 9112 §5). */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;
const STATUS = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/;

/** An answer is not HTTP. */
export class NoHttp extends Error {
  name = 'NoHttp';
}

/**
 * Reads the first answer of what a connection has brought: `{ answer, rest }`, or undefined while it is not whole. Interim answers
 * (1xx) are passed over. @throws NoHttp
 */
export function readAnswer(bytes, { method, closed }) {
  const at = bytes.indexOf(HEAD_END);
  if (at < 0) return undefined;
  const [first, ...lines] = bytes.subarray(0, at).toString('latin1').split('\r\n');
  const status = Number(STATUS.exec(first)?.[1] ?? refuse(`the status line “${first.slice(0, 80)}”`));
  const headers = headersOf(lines);
  const after = bytes.subarray(at + HEAD_END.length);
  if (status < 200) return readAnswer(after, { method, closed });
  const read = bodyOf(after, { status, headers, method, closed });
  return read && { answer: { status, headers, body: read.body }, rest: read.rest };
}

/** By names in lower case; one that came several times is a list. */
function headersOf(lines) {
  const headers = Object.create(null);
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? refuse(`the header “${line.slice(0, 80)}”`);
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : [headers[key], value].flat();
  }
  return headers;
}

function bodyOf(bytes, { status, headers, method, closed }) {
  if (method === 'HEAD' || status === 204 || status === 304) return cut(bytes, 0);
  if (headers['transfer-encoding'] !== undefined) return chunksOf(bytes);
  if (headers['content-length'] === undefined) return closed ? cut(bytes, bytes.length) : undefined;
  return measured(bytes, headers['content-length']);
}

function measured(bytes, length) {
  if (!/^\d+$/.test(String(length))) refuse(`the length “${String(length)}”`);
  return bytes.length < Number(length) ? undefined : cut(bytes, Number(length));
}

const cut = (bytes, length) => ({ body: bytes.subarray(0, length), rest: bytes.subarray(length) });

function chunksOf(bytes) {
  const chunks = [];
  let left = bytes;
  for (;;) {
    const at = left.indexOf('\r\n');
    if (at < 0) return undefined;
    const size = left.subarray(0, at).toString('latin1');
    if (!/^[0-9a-f]+$/i.test(size)) refuse(`the chunk of length “${size.slice(0, 20)}”`);
    const length = parseInt(size, 16);
    if (left.length < at + 2 + length + 2) return undefined;
    chunks.push(left.subarray(at + 2, at + 2 + length));
    left = left.subarray(at + 2 + length + 2);
    if (length === 0) return { body: Buffer.concat(chunks), rest: left };
  }
}

function refuse(what) {
  throw new NoHttp(`an answer has ${what}`);
}
