/** A JSON Schema, as far as examples are made from it. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly example?: unknown;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** When everything happens in examples. */
const NOON = Date.UTC(2026, 10, 20, 12);

/** How long after {@link NOON}, by the name of the field, in seconds: what follows is later than what it follows from. */
const LATER: Readonly<Record<string, number>> = {
  sendingAt: 1,
  settledAt: 2,
  reportedAt: 6,
  resendAt: 60,
  expiresAt: 600,
  lastAt: 1_200,
  lastSeenAt: 3_600,
  exportedAt: 86_400,
};

const FORMATS: Readonly<Record<string, (name: string) => unknown>> = {
  'date-time': (name) => new Date(NOON + 1_000 * (LATER[name] ?? 0)).toISOString(),
  date: () => new Date(NOON).toISOString().slice(0, 10),
  uuid: () => '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  uri: () => 'https://id.example',
  email: () => 'anna@example.com',
};

/** The first of these that a schema names. */
const TYPES: readonly (readonly [string, (schema: Schema) => unknown])[] = [
  ['null', () => null],
  ['boolean', () => true],
  ['integer', ({ minimum = 1 }) => minimum],
  ['number', ({ minimum = 1 }) => minimum],
];

/** An example of a value that has no parts and no example of its own. */
export function leafOf(schema: Schema, name: string): unknown {
  const told = [schema.const, schema.default, ...(schema.enum ?? [])].find((value) => value !== undefined);
  if (told !== undefined) return told;
  const byFormat = FORMATS[schema.format ?? ''];
  if (byFormat) return byFormat(name);
  const types = [schema.type].flat();
  const byType = TYPES.find(([type]) => types.includes(type))?.[1];
  return byType ? byType(schema) : name;
}
