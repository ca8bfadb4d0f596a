import fc from 'fast-check';

const HOST = 'Host: localhost';
const LIVE = 'GET /health/live HTTP/1.1';
const lines = (...all) => [...all, '', ''].join('\r\n');

/**
 * Bytes that are not the HTTP of anybody who means well, by name: `[bytes, most]`, how many answers may come at most. One more would
 * be to a request that an intermediary did not see.
 */
const SHAPES = {
  'a length and chunks': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Content-Length: 5', 'Transfer-Encoding: chunked') +
      `0\r\n\r\n${lines(LIVE, HOST)}`,
    1,
  ],
  'chunks and a length': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked', 'Content-Length: 5') +
      `0\r\n\r\n${lines(LIVE, HOST)}`,
    1,
  ],
  'two lengths': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Content-Length: 0', 'Content-Length: 40') + lines(LIVE, HOST),
    1,
  ],
  'a list of lengths': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Content-Length: 0, 40') + lines(LIVE, HOST),
    1,
  ],
  'chunks in disguise': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding : chunked') + `0\r\n\r\n${lines(LIVE, HOST)}`,
    1,
  ],
  'chunks behind another coding': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked, identity') +
      `0\r\n\r\n${lines(LIVE, HOST)}`,
    1,
  ],
  'chunks with a vertical tab': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: \x0bchunked') +
      `0\r\n\r\n${lines(LIVE, HOST)}`,
    1,
  ],
  'a chunk without a length': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') + '\r\n\r\n',
    1,
  ],
  'a chunk of a negative length': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') + '-1\r\nx\r\n0\r\n\r\n',
    1,
  ],
  'a chunk of a huge length': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') + 'ffffffffffffffffff\r\nx',
    1,
  ],
  'a chunk that is longer than it says': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') + '1\r\nxyz\r\n0\r\n\r\n',
    1,
  ],
  'a long extension of a chunk': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') +
      `1;${'x'.repeat(30_000)}\r\nx\r\n0\r\n\r\n`,
    1,
  ],
  'long trailers': [
    lines('POST /api/v1/auth/logout HTTP/1.1', HOST, 'Transfer-Encoding: chunked') +
      `0\r\nX: ${'x'.repeat(30_000)}\r\n\r\n`,
    1,
  ],
  'a length on GET': [lines(LIVE, HOST, 'Content-Length: 3') + 'abc', 1],
  'a folded header': [lines(LIVE, HOST, 'X-A: b', ' c'), 1],
  'a header that begins with a fold': [lines(LIVE, ' X: y', HOST), 1],
  'bare line feeds': [`${LIVE}\n${HOST}\n\n`, 1],
  'bare carriage returns': [`${LIVE}\r${HOST}\r\r`, 1],
  'a space before the colon': [lines(LIVE, HOST, 'X-A : b'), 1],
  'a header without a name': [lines(LIVE, HOST, ': b'), 1],
  'a header without a colon': [lines(LIVE, HOST, 'no colon'), 1],
  'a NUL in a header': [lines(LIVE, HOST, 'X-A: b\0c'), 1],
  'a NUL in the address': [lines('GET /health\0/live HTTP/1.1', HOST), 1],
  'no host': [lines(LIVE), 1],
  'two hosts': [lines(LIVE, HOST, 'Host: evil.example'), 1],
  'no host in HTTP/1.0': [lines('GET /health/live HTTP/1.0'), 1],
  'an absolute address': [lines('GET http://evil.example/health/live HTTP/1.1', HOST), 1],
  'the address of the server': [lines('OPTIONS * HTTP/1.1', HOST), 1],
  'an address without a slash': [lines('GET health/live HTTP/1.1', HOST), 1],
  'an address with two slashes': [lines('GET //evil.example/%2e%2e HTTP/1.1', HOST), 1],
  'an address with a fragment': [lines('GET /health/live#x HTTP/1.1', HOST), 1],
  'an address with bytes of UTF-8': [lines('GET /api/v1/invites/\xd0\xaf HTTP/1.1', HOST), 1],
  'an address of 20 000 characters': [lines(`GET /${'x'.repeat(20_000)} HTTP/1.1`, HOST), 1],
  'an address that cannot be decoded': [lines('GET /api/v1/users/%zz HTTP/1.1', HOST), 1],
  'a tunnel': [lines('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'), 1],
  'another protocol': [
    lines(LIVE, HOST, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13'),
    1,
  ],
  'HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 1],
  'HTTP/2 by upgrade': [
    lines(
      LIVE,
      HOST,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ),
    1,
  ],
  'HTTP/0.9': ['GET /health/live\r\n', 1],
  'HTTP/9.9': [lines('GET /health/live HTTP/9.9', HOST), 1],
  'a version in small letters': [lines('GET /health/live http/1.1', HOST), 1],
  'no version': [lines('GET /health/live', HOST), 1],
  'a method in small letters': [lines('get /health/live HTTP/1.1', HOST), 1],
  'an unknown method': [lines('BREW /health/live HTTP/1.1', HOST), 1],
  'a method of 5 000 letters': [lines(`${'X'.repeat(5_000)} / HTTP/1.1`, HOST), 1],
  'spaces before the method': [lines(`  ${LIVE}`, HOST), 1],
  TLS: ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03' + '\0'.repeat(60), 1],
  'the line of a proxy': [`PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n${lines(LIVE, HOST)}`, 1],
  SMTP: ['EHLO evil.example\r\nMAIL FROM:<a@b.cd>\r\n', 1],
  nothing: ['', 0],
  'line ends only': ['\r\n\r\n\r\n', 1],
  'half a head': [`${LIVE}\r\nHost: loc`, 1],
  'a thousand headers': [lines(LIVE, HOST, ...Array.from({ length: 1_000 }, (_, n) => `X-${n}: y`)), 1],
  'headers of 20 000 bytes': [lines(LIVE, HOST, `X-A: ${'x'.repeat(20_000)}`), 1],
  'another expectation': [lines(LIVE, HOST, 'Expect: a-miracle'), 1],
  'two requests at once': [lines(LIVE, HOST) + lines('GET /nowhere HTTP/1.1', HOST), 2],
  'a request and garbage': [`${lines(LIVE, HOST)}\0\x01garbage\r\n\r\n`, 2],
  'a request behind one that ends the connection': [lines(LIVE, HOST, 'Connection: close') + lines(LIVE, HOST), 1],
  'ten requests at once': [lines(LIVE, HOST).repeat(10), 10],
};

/** Whole requests and parts of them, to be torn and mixed. */
const anyShape = fc
  .constantFrom(...Object.keys(SHAPES))
  .map((name) => ({ what: name, bytes: Buffer.from(SHAPES[name][0], 'latin1'), most: SHAPES[name][1] }));

/** A shape in which bytes were changed: however many answers come, each is to be one of the contract. */
const torn = fc
  .tuple(anyShape, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 }))
  .map(([shape, spots]) => {
    const bytes = Buffer.from(shape.bytes);
    for (const [at, byte] of spots) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return { what: `${shape.what}, with ${spots.length} bytes changed`, bytes, most: 20 };
  });

const noise = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => ({ what: 'noise', bytes: Buffer.from(bytes), most: 20 }));

/** What a bare socket sends: `{ what, bytes, most }`. */
export const rawBytes = fc.oneof(
  { weight: 6, arbitrary: anyShape },
  { weight: 3, arbitrary: torn },
  { weight: 1, arbitrary: noise },
);
