import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { chunked, misjudged } from './drafts.mjs';
import { aHeader, TYPES } from './headers.mjs';
import { aName, encodedFor, jsonFor } from './values.mjs';

/** One thing that is done to a draft: `{ what, to }`, `what` in words for whoever reads of it. */
const change = (what, to) => ({ what, to, toString: () => what });
const brief = (text) => (text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text);

/** Changes of the fields of a JSON body. */
function ofFields(fields) {
  const field = fc.constantFrom(...fields);
  const put = ([{ name }, json]) =>
    change(`${brief(json)} for ${name}`, (draft) => {
      draft.fields = [...draft.fields.filter(([key]) => key !== JSON.stringify(name)), [JSON.stringify(name), json]];
    });
  const again = ([{ name }, json]) =>
    change(`${name} twice, then ${brief(json)}`, (draft) => void draft.fields.push([JSON.stringify(name), json]));
  const without = ({ name }) =>
    change(`no ${name}`, (draft) => {
      draft.fields = draft.fields.filter(([key]) => key !== JSON.stringify(name));
    });
  const pair = field.chain((each) => fc.tuple(fc.constant(each), jsonFor(each.schema)));
  const extra = ([name, json]) =>
    change(
      `${brief(json)} for the unknown ${brief(JSON.stringify(name))}`,
      (draft) => void draft.fields.push([JSON.stringify(name), json]),
    );
  return [
    { weight: 12, arbitrary: pair.map(put) },
    { weight: 1, arbitrary: pair.map(again) },
    { weight: 2, arbitrary: field.map(without) },
    { weight: 2, arbitrary: fc.tuple(aName, jsonFor({ type: 'string' })).map(extra) },
  ];
}

const spaces = (count) => Buffer.alloc(Math.max(count, 0), ' ');

const REWORKS = {
  'half of the body': (body) => body.subarray(0, Math.floor(body.length / 2)),
  'a body without its end': (body) => body.subarray(0, -1),
  'a BOM': (body) => Buffer.concat([Buffer.from('\ufeff'), body]),
  'two BOMs': (body) => Buffer.concat([Buffer.from('\ufeff\ufeff'), body]),
  'UTF-16': (body) => Buffer.from(body.toString(), 'utf16le'),
  'bytes that are no UTF-8': (body) => Buffer.from(body.toString().replace(/:"/, ':"\xff\xfe\xc0'), 'latin1'),
  'a NUL behind': (body) => Buffer.concat([body, Buffer.from([0])]),
  'two values': (body) => Buffer.concat([body, body]),
  'an array around': (body) => Buffer.concat([Buffer.from('['), body, Buffer.from(']')]),
  'a text around': (body) => Buffer.from(JSON.stringify(body.toString())),
  'spaces around': (body) => Buffer.concat([Buffer.alloc(1_000, ' '), body, Buffer.alloc(1_000, '\n')]),
  'a comma at the end': (body) => Buffer.from(body.toString().replace(/\}$/, ',}')),
  'single quotes': (body) => Buffer.from(body.toString().replaceAll('"', "'")),
  'a comment': (body) => Buffer.concat([Buffer.from('/* */'), body]),
  'an empty body': () => Buffer.alloc(0),
  'an object of 64 KiB': (body) =>
    Buffer.concat([body.subarray(0, -1), spaces(65_536 - body.length), Buffer.from('}')]),
  'a byte more than 64 KiB': (body) => Buffer.concat([body, spaces(65_537 - body.length)]),
  '200 KiB': () => Buffer.from(`{"a":"${'x'.repeat(200_000)}"}`),
  '5 000 fields': () => Buffer.from(`{${Array.from({ length: 5_000 }, (_, n) => `"${n}":1`).join(',')}}`),
  '20 000 arrays': () => Buffer.from('['.repeat(20_000) + ']'.repeat(20_000)),
  '10 000 objects': () => Buffer.from('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)),
  gzip: (body) => gzipSync(body),
  null: () => Buffer.from('null'),
  'a number': () => Buffer.from('1e400'),
  'an empty array': () => Buffer.from('[]'),
  'an empty object': () => Buffer.from('{}'),
};

const rework = fc.constantFrom(...Object.keys(REWORKS)).map((name) =>
  change(name, (draft) => {
    draft.type ??= 'application/json';
    draft.reworks.push(REWORKS[name]);
  }),
);

const anotherType = fc.constantFrom(...TYPES).map((type) =>
  change(`the type ${JSON.stringify(type)}`, (draft) => {
    draft.type = type;
  }),
);

/** Bodies in parts, or of another length than they say: whether such a request becomes one of an operation is for HTTP to decide. */
const FRAMES = {
  'chunks of a byte': { frame: chunked(1) },
  'a chunk with an extension': { frame: chunked(1_000, ';a="b"') },
  'a length that is too short': { frame: misjudged(-3), outside: true, ends: true },
  'a length that is too long': { frame: misjudged(7), outside: true, ends: true },
};

const framed = fc
  .constantFrom(...Object.keys(FRAMES))
  .map((name) => change(name, (draft) => void Object.assign(draft, FRAMES[name])));

const header = aHeader.map(({ name, value, outside = false }) =>
  change(`the header ${name}: ${brief(value)}`, (draft) => {
    draft.headers.push([name, value]);
    draft.outside ||= outside;
    draft.ends ||= outside;
  }),
);

const UNDECODABLE = /%(?![0-9a-f]{2})/i;
/** Beyond it an address names nothing. */
const LONGEST_PARAMETER = 128;

function ofPath(parameters) {
  const inPath = parameters.filter((each) => each.in === 'path');
  if (inPath.length === 0) return [];
  const arbitrary = fc.constantFrom(...inPath).chain(({ name, schema }) =>
    encodedFor(schema).map((value) =>
      change(`${brief(value)} for {${name}}`, (draft) => {
        draft.params[name] = value;
        draft.outside ||= namesNothing(value);
      }),
    ),
  );
  return [{ weight: 8, arbitrary }];
}

const namesNothing = (value) =>
  UNDECODABLE.test(value) || !decodable(value) || decodeURIComponent(value).length > LONGEST_PARAMETER || value === '';

function decodable(value) {
  try {
    return decodeURIComponent(value) !== undefined;
  } catch {
    return false;
  }
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '__proto__[x]',
  'limit',
  'cursor',
  'x'.repeat(300),
  '%00',
  '%ff',
  '',
  'a.b',
  '[]',
];

function ofQuery(parameters) {
  const inQuery = parameters.filter((each) => each.in === 'query');
  const known = inQuery.map(({ name, schema }) => fc.tuple(fc.constant(name), encodedFor(schema)));
  const asList = ([name, value]) => [`${name}[]`, value];
  const strange = fc.tuple(
    fc.constantFrom(...NAMES, ...inQuery.map(({ name }) => `${name}[x]`)),
    encodedFor({ type: 'string' }),
  );
  const pairs =
    known.length > 0
      ? [
          { weight: 6, arbitrary: fc.oneof(...known) },
          { weight: 1, arbitrary: fc.oneof(...known).map(asList) },
        ]
      : [];
  const pair = fc.oneof(...pairs, { weight: 1, arbitrary: strange });
  const arbitrary = fc.tuple(pair, fc.boolean()).map(([[name, value], beside]) =>
    change(`?${brief(name)}=${brief(value)}${beside ? ' beside what is there' : ''}`, (draft) => {
      draft.query = [...draft.query.filter(([other]) => beside || other !== name), [name, value]];
    }),
  );
  return [{ weight: known.length > 0 ? 10 : 1, arbitrary }];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY'];

const anotherMethod = fc.constantFrom(...METHODS).map((method) =>
  change(`the method ${method}`, (draft) => {
    draft.method = method;
    draft.outside ||= method !== draft.operation.method;
  }),
);

/** Everything that may be done to a request of an operation, a few times. @param uploads changes of a form */
export function changesOf({ fields, parameters }, uploads = []) {
  const one = fc.oneof(
    ...(fields.length > 0 ? ofFields(fields) : []),
    ...ofPath(parameters),
    ...ofQuery(parameters),
    ...uploads,
    { weight: fields.length > 0 ? 4 : 1, arbitrary: rework },
    { weight: 2, arbitrary: anotherType },
    { weight: 1, arbitrary: framed },
    { weight: 4, arbitrary: header },
    { weight: 1, arbitrary: anotherMethod },
  );
  // What fails with no change at all is told so.
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 10, arbitrary: fc.array(one, { minLength: 1, maxLength: 1 }) },
    { weight: 4, arbitrary: fc.array(one, { minLength: 2, maxLength: 4 }) },
  );
}
