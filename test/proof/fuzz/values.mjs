import '../../support/typescript.mjs';
import fc from 'fast-check';
import { FILLERS, OF_FORMAT, STRANGE_ENCODED, STRANGE_JSON, STRANGE_TEXTS } from './strange.mjs';

const { IN_PLACE_OF_A_FIELD } = await import('../../support/hostile.ts');

/** A text of so many characters of one kind, as JSON Schema counts them. */
const ofLength = (length) =>
  fc.constantFrom(...FILLERS).map((filler) => [...filler.repeat(Math.max(length, 0))].slice(0, length).join(''));

const anyText = fc.oneof(
  fc.constantFrom(...STRANGE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
);

const patternOf = ({ pattern }) => (pattern ? [fc.stringMatching(new RegExp(pattern))] : []);
const formatOf = ({ format }) => (OF_FORMAT[format] ? [fc.constantFrom(...OF_FORMAT[format])] : []);
const lengthsOf = ({ minLength, maxLength }) =>
  [minLength, maxLength]
    .filter((length) => length !== undefined)
    .flatMap((length) => [length - 1, length, length + 1].map((each) => ofLength(each)));

/** Texts at the edges of what a schema allows. */
const textOf = (schema) =>
  fc.oneof(
    anyText,
    ...patternOf(schema),
    ...formatOf(schema),
    ...(lengthsOf(schema).length ? [fc.oneof(...lengthsOf(schema))] : []),
  );

const numberOf = ({ minimum = 0, maximum = 100 }) =>
  fc.oneof(
    fc.constantFrom(
      ...[minimum, maximum].flatMap((edge) => [edge - 1, edge, edge + 1, edge + 0.5]),
      -0,
      2 ** 31,
      2 ** 53,
      2 ** 63,
    ),
    fc.double(),
    fc.integer(),
  );

const enumOf = (schema) =>
  fc.oneof(
    fc.constantFrom(...schema.enum),
    fc.constantFrom(...schema.enum).map((each) => `${each} `),
    anyText,
  );

function valueOf(schema) {
  const types = [schema.type].flat();
  if (schema.enum) return enumOf(schema);
  if (types.includes('boolean')) return fc.boolean();
  return types.includes('integer') || types.includes('number') ? numberOf(schema) : textOf(schema);
}

/** What takes the place of a field, as JSON. */
export const jsonFor = (schema) =>
  fc.oneof(
    { weight: 6, arbitrary: valueOf(schema).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.constantFrom(...IN_PLACE_OF_A_FIELD.map(([, json]) => json)) },
    { weight: 2, arbitrary: fc.constantFrom(...STRANGE_JSON) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 12 }) },
    { weight: 1, arbitrary: fc.array(valueOf(schema), { maxLength: 3 }).map((value) => JSON.stringify(value)) },
  );

/** What stands in an address, percent-encoded or wrongly so. */
export const encodedFor = (schema) =>
  fc.oneof(
    { weight: 3, arbitrary: valueOf(schema).map((value) => encoded(String(value))) },
    { weight: 2, arbitrary: fc.constantFrom(...STRANGE_ENCODED) },
  );

/** Halves of surrogates as bytes that are no UTF-8: nothing else stands for them. */
function encoded(text) {
  try {
    return encodeURIComponent(text).slice(0, 12_000);
  } catch {
    return '%ED%A0%80';
  }
}

export const aName = fc.oneof(anyText, fc.constantFrom('admin', 'role', 'id', 'x'.repeat(10_000), '', '$where'));
