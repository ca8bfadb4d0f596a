const LONG = 'x'.repeat(10_000);
const deep = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

/** What takes the place of a field, as JSON; the others keep the value of their example. */
export const IN_PLACE_OF_A_FIELD: readonly (readonly [string, string])[] = [
  ['a number', '79123456789'],
  ['a huge number', '1e400'],
  ['a truth', 'true'],
  ['null', 'null'],
  ['an array', '["+79123456789"]'],
  ['an object', '{"$gt":""}'],
  ['an object that says it is a text', '{"length":10,"trim":1,"toString":"x"}'],
  ['nothing', '""'],
  ['spaces', '"   "'],
  ['a NUL', '"12\\u000034"'],
  ['a lone surrogate', '"12\\ud83434"'],
  ['10 000 characters', JSON.stringify(LONG)],
  ['10 000 digits', JSON.stringify('1'.repeat(10_000))],
  ['deep nesting', deep(50)],
  ['very deep nesting', deep(10_000)],
];

/** A body as JSON in which one field has another value, which is JSON already. */
export function withInPlace(body: Readonly<Record<string, unknown>>, field: string, value: string): string {
  const others = Object.entries(body).filter(([name]) => name !== field);
  const kept = others.map(([name, example]) => `${JSON.stringify(name)}:${JSON.stringify(example)}`);
  return `{${[...kept, `"${field}":${value}`].join(',')}}`;
}
