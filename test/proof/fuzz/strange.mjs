export const FILLERS = [
  'x',
  '1',
  'я',
  '💥',
  'e\u0301',
  '\u202e',
  '\ufeff',
  ' ',
  "'",
  '%',
  '\\',
  '<',
  '\u0000',
  '\n',
  '\u00a0',
  '漢',
];
export const UUID = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';

/** Values by the format that a schema names, at the edges of what it allows and beyond. */
export const OF_FORMAT = {
  uuid: [UUID, UUID.toUpperCase(), `{${UUID}}`, UUID.replaceAll('-', ''), UUID.slice(1), `${UUID}0`]
    .concat('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', `urn:uuid:${UUID}`)
    .concat(`${UUID}\n`, UUID.replace('0', '０')),
  email: [
    'a@b.cd',
    'a@b',
    '@b.cd',
    'a@',
    `${'a'.repeat(64)}@b.cd`,
    `${'a'.repeat(65)}@b.cd`,
    'a@[127.0.0.1]',
    '"a b"@c.de',
  ]
    .concat(
      `a@${'b'.repeat(63)}.cd`,
      `a@${'b.'.repeat(124)}cd`,
      `a@${'b.'.repeat(126)}cd`,
      'ä@ö.de',
      'a@b.cd\r\nBcc: x@y.zz',
    )
    .concat('a+b@c.de', 'a..b@c.de', 'а@б.рф', 'a@xn--c.de', 'A@B.CD', 'a@b.cd,e@f.gh', '<a@b.cd>'),
  date: [
    '2026-01-01',
    '2026-02-29',
    '2024-02-29',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '10000-01-01',
    '-0001-01-01',
  ].concat('2026-13-01', '2026-1-1', '1970-01-01', '+275760-09-13', '20260101', 'today', '2026-W01'),
  'date-time': ['2026-01-01T00:00:00Z', '2026-01-01T24:00:00Z', '2016-12-31T23:59:60Z', '2026-01-01T00:00:00+99:99']
    .concat('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '+275760-09-13T00:00:00.001Z', '2026-01-01', '0')
    .concat('1767225600', '-271821-04-20T00:00:00Z', '2026-01-01 00:00:00', '2026-01-01T00:00:00', 'infinity', 'now'),
};

export const STRANGE_TEXTS = [
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'true',
  'NaN',
  '-1',
  '0',
  '1e3',
  '0x10',
  '٣',
  '½',
]
  .concat(
    "' OR 1=1 --",
    "'; DROP TABLE users; --",
    '${7*7}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
  )
  .concat(
    '=1+1',
    '@SUM(A1)',
    '%00',
    '%s%n',
    '\\',
    '\\x00',
    '%',
    '_',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    '\u0301',
  )
  .concat('+7 912 345-67-89', '89123456789', '+19999999999', '+7', '+', '00000000000', '９１２３４５６７８９', 'a@b.cd')
  .concat(
    '\u200b',
    '\ufffd',
    '\uffff',
    '\u{10ffff}',
    '\u2028',
    '\u0085',
    '\ud800',
    '\udc00',
    '\0',
    '\r\n',
    'x'.repeat(70_000),
  );

/** What no JSON value of JavaScript stands for, and what is no JSON at all. */
export const STRANGE_JSON = [
  '-0',
  '1e400',
  '-1e400',
  '1E-999',
  '9007199254740993',
  '0.1e1',
  '{}',
  '[]',
  '[[]]',
  '[null]',
  'null',
  'true',
  'false',
]
  .concat(
    'NaN',
    'Infinity',
    '01',
    '+1',
    '.5',
    '1.',
    '"\\x41"',
    '"\\u12"',
    "'x'",
    'undefined',
    '"\t"',
    '"\\ud83d\\ud83d"',
    '/**/1',
  )
  .concat(
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"toString":1}',
    '{"length":9}',
  );

export const STRANGE_ENCODED = [
  '%00',
  '%ff',
  '%c0%af',
  '%ED%A0%80',
  '%F4%90%80%80',
  '%',
  '%z',
  '%zz',
  '%u0041',
  '%2e%2e%2f',
  '%252e',
  '..',
  '.',
]
  .concat(
    '+',
    '%20',
    '%09',
    '%0d%0aX-Evil:1',
    '%2F',
    '%5C',
    ';',
    '%3b',
    ':',
    '@',
    '~',
    '!',
    "'",
    '(',
    '*',
    '{id}',
    '[object%20Object]',
  )
  .concat('x'.repeat(128), 'x'.repeat(129), 'x'.repeat(5_000), '%41'.repeat(200), '%F0%9F%92%A5'.repeat(60));
