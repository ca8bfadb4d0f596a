/** A JSON Schema as the contract holds it. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

/** Where components are put: one schema that holds every component twice, open and closed. */
export const COMPONENTS = 'https://contract.invalid/components';

type Position =
  /** It describes a value of its own: what it does not name must not be there. */
  | 'value'
  /** It describes a part of a value, as members of allOf do; the whole is closed, not the part. */
  | 'part';

const LISTS_OF_PARTS = new Set(['allOf', 'anyOf', 'oneOf']);
const PARTS = new Set(['not', 'if', 'then', 'else']);
const MAPS_OF_VALUES = new Set(['properties', 'patternProperties', '$defs']);
const VALUES = new Set(['items', 'additionalProperties', 'unevaluatedProperties', 'contains']);
const OPENING = ['additionalProperties', 'unevaluatedProperties'];
const SHAPING = ['properties', '$ref', ...LISTS_OF_PARTS];

/** The schema with every object in it closed, unless it says itself what else it may hold. */
export function closed(schema: Schema, position: Position = 'value'): Schema {
  if (typeof schema === 'boolean') return schema;
  const keywords = Object.entries(schema).map(([name, value]) => [name, keyword(name, value)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(keywords);
  if (typeof schema.$ref === 'string') copy.$ref = reference(schema.$ref, position);
  if (position === 'value' && isOpen(schema)) copy.unevaluatedProperties = false;
  return copy;
}

/** One schema with all components, for references from others. */
export function componentsOf(schemas: Readonly<Record<string, Schema>>): Schema {
  const both = Object.entries(schemas).flatMap(([name, schema]) => [
    [`value.${name}`, closed(schema, 'value')] as const,
    [`part.${name}`, closed(schema, 'part')] as const,
  ]);
  return { $id: COMPONENTS, $defs: Object.fromEntries(both) };
}

function keyword(name: string, value: unknown): unknown {
  if (LISTS_OF_PARTS.has(name)) return (value as Schema[]).map((part) => closed(part, 'part'));
  if (PARTS.has(name)) return closed(value as Schema, 'part');
  if (VALUES.has(name)) return closed(value as Schema);
  if (name === 'prefixItems') return (value as Schema[]).map((item) => closed(item));
  if (MAPS_OF_VALUES.has(name)) {
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([key, each]) => [key, closed(each)]),
    );
  }
  return value;
}

/** A reference that stands alone leads to the closed form; beside others it is one part of the value. */
const reference = ($ref: string, position: Position): string =>
  $ref.replace('#/components/schemas/', `${COMPONENTS}#/$defs/${position === 'value' ? 'value' : 'part'}.`);

function isOpen(schema: { readonly [keyword: string]: unknown }): boolean {
  if (OPENING.some((name) => name in schema)) return false;
  if (Object.keys(schema).length === 1 && '$ref' in schema) return false;
  return [schema.type].flat().includes('object') || SHAPING.some((name) => name in schema);
}
