import fc from 'fast-check';

/** Types of content; a list is one header twice. */
export const TYPES = [
  undefined,
  '',
  'application/json; charset=utf-8',
  'application/json;charset=utf-16',
  'application/json; charset="',
]
  .concat(
    'APPLICATION/JSON',
    'application/json ; x=y',
    'application/problem+json',
    'application/ld+json',
    'text/json',
    'json',
    '/',
  )
  .concat(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'image/png',
  )
  .concat(
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/json, text/plain',
    `text/${'x'.repeat(3_000)}`,
  )
  .concat('application/xml', '*/*', 'application/json\t', 'application/\xe4', 'constructor', '__proto__')
  .concat([
    ['application/json', 'text/plain'],
    ['text/plain', 'application/json'],
    ['application/json', 'application/json'],
  ]);

const UUID = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';
const LONG = 'x'.repeat(4_000);

/** Values that are strange for anybody who reads a header; each is one that HTTP lets pass. */
const STRANGE = [
  '',
  ' ',
  '*',
  ',',
  ';',
  '""',
  '"',
  '0',
  '-1',
  'null',
  'undefined',
  '__proto__',
  '\xff\xfe',
  '\xe4'.repeat(100),
  LONG,
].concat('%00', '../..', '${x}', '{{x}}', "' OR 1=1", 'a,b', '\t', 'utf-8', '1e400', '(', '[', '<script>');

/** By header; to each of them {@link STRANGE} is added. */
const VALUES = {
  'Idempotency-Key': [
    UUID,
    UUID.toUpperCase(),
    `${UUID} `,
    UUID.slice(1),
    `{${UUID}}`,
    `"${UUID}"`,
    '00000000-0000-0000-0000-000000000000',
  ],
  'X-Request-Id': [
    'short',
    'x'.repeat(8),
    'x'.repeat(64),
    'x'.repeat(65),
    'a b c d e f',
    'x'.repeat(8) + '\xe4',
    'toString1',
  ],
  'Accept-Language': [
    'ru',
    'en',
    'ru;q=0.1,en',
    'de',
    'ru;q=NaN',
    'ru;q=-1',
    ';q=1',
    'ru-RU-'.repeat(300),
    'RU',
    'r\xfc',
    'i-klingon',
  ],
  Accept: ['text/html', 'application/json', 'image/png', 'a/b;q=0', '*/*;q=0', '/'.repeat(500)],
  'Accept-Encoding': ['gzip', 'br', 'identity;q=0', '*;q=0', 'x-'.repeat(500)],
  Range: ['bytes=0-0', 'bytes=-1', 'bytes=0-,0-', 'bytes=9-1', 'lines=1-2', `bytes=${'0-0,'.repeat(500)}`],
  'If-None-Match': [
    '*',
    '"x"',
    'W/"x"',
    `"${'x'.repeat(22)}"`,
    '"'.repeat(999),
    '"a","b"',
    'W/',
    `"${'\\'.repeat(500)}"`,
  ],
  'If-Match': ['*', '"x"'],
  'If-Modified-Since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'x'],
  'X-Forwarded-For': [
    '10.0.0.1',
    '::1',
    '[::1]:80',
    'unknown',
    '1.2.3.4, 5.6.7.8',
    ', ,',
    '999.1.1.1',
    '127.0.0.1',
    'fe80::1%eth0',
    '10.1.1.1:99999',
  ].concat('1.2.3.4,'.repeat(400), '::ffff:10.0.0.1', '0x7f.1', '2001:db8::/32', '_hidden', '"[::1]"'),
  'X-Forwarded-Proto': ['https', 'gopher'],
  'X-Forwarded-Host': ['evil.example'],
  Forwarded: ['for=1.2.3.4;proto=https', 'for="_x"'],
  'User-Agent': [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
    '(((((',
    'Mozilla/5.0 ('.repeat(200),
    'a/'.repeat(1_500),
  ],
  Cookie: [
    'a=b',
    '=',
    ';;;',
    '__Host-session=x',
    '__proto__=1',
    'a=%',
    `${'a=b; '.repeat(500)}`,
    '__Host-latchkey=' + 'x'.repeat(43),
  ],
  Origin: ['https://evil.example', 'null', 'file://'],
  Referer: ['https://evil.example/?token=x'],
  'Content-Encoding': ['gzip', 'deflate', 'br', 'identity', 'x'],
  'Content-Language': ['ru'],
  'X-HTTP-Method-Override': ['DELETE'],
  Authorization: [
    'Bearer',
    'Bearer ',
    'Basic dTpw',
    'bearer x',
    'Digest a=b',
    'Bearer a b',
    `Bearer ${LONG}`,
    'Bearer a.b.c',
    'Negotiate',
  ],
  Date: ['x'],
  TE: ['trailers'],
  Trailer: ['X'],
  Via: ['1.1 x'],
  Prefer: ['respond-async'],
  traceparent: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-0-0-0', 'ff-'.repeat(90)],
  tracestate: ['a=b', 'x'],
};

/** Those that are of HTTP itself: it may refuse the request, or answer it and end the connection. */
const OF_HTTP = {
  Connection: ['close', 'keep-alive', 'Upgrade', 'x', 'close, keep-alive'],
  Upgrade: ['websocket', 'h2c', 'TLS/1.0'],
  Expect: ['100-continue', '200-ok', '100-Continue', 'x'],
  Host: ['evil.example', 'localhost', ''],
  'Transfer-Encoding': ['chunked', 'identity', 'gzip', 'xchunked', 'chunked, chunked'],
  'Content-Length': ['0', '5', '-1', '1e3', '+2', '99999999999999999999'],
  'HTTP2-Settings': ['AAMAAABkAARAAAAAAAIAAAAA'],
  'X-Big': ['x'.repeat(17_000)],
};

const named = (values, outside) =>
  Object.entries(values).map(([name, own]) =>
    fc.constantFrom(...own, ...(outside ? [] : STRANGE)).map((value) => ({ name, value, outside })),
  );

/** Any Latin-1 that HTTP lets stand in a value. */
const latin1 = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), { maxLength: 200 })
  .map((codes) => String.fromCharCode(...codes));

/** A header that is added: `{ name, value, outside }`. */
export const aHeader = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(...named(VALUES, false)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...Object.keys(VALUES)), latin1).map(([name, value]) => ({ name, value })),
  },
  { weight: 1, arbitrary: fc.oneof(...named(OF_HTTP, true)) },
);
