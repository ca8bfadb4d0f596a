import { leafOf, type Schema } from './leaves.js';

/** Who sends what an example shows. */
export type Side = 'request' | 'answer';

export interface NamedExample {
  readonly title: string;
  readonly value: unknown;
}

/** Where the composer stands. */
interface Place {
  readonly side: Side;
  /** Of the field. */
  readonly name: string;
  /** The references that led here: what holds itself is shown once. */
  readonly above: readonly string[];
  /** Fields that would contradict the others. */
  readonly without: readonly string[];
}

/** Stands for what is left out. */
const NOTHING = undefined;

/** Makes examples of whole bodies from those of their fields. */
export class ExampleComposer {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  /** An example of what the schema describes; of a field, by its name. */
  of(schema: Schema, side: Side, name = ''): unknown {
    return this.compose(schema, { side, name, above: [], without: [] });
  }

  /** One example for each alternative of a body that names some, such as a phone or an e-mail address; none where it names none. */
  alternativesOf(schema: Schema, side: Side): NamedExample[] {
    const body = this.resolved(schema);
    const named = body.properties ? (body.oneOf ?? []) : [];
    return named.map(({ title = '', required = [] }) => {
      const without = named.flatMap((other) => other.required ?? []).filter((field) => !required.includes(field));
      return { title, value: this.compose(body, { side, name: '', above: [], without }) };
    });
  }

  private compose(schema: Schema, place: Place): unknown {
    if ('example' in schema) return schema.example;
    if (schema.$ref) return this.referred(schema.$ref, place);
    if (schema.properties) return this.object(schema, place);
    if (schema.items) return this.list(schema.items, place);
    if (schema.allOf) return this.whole(schema.allOf, place);
    const first = alternativeOf(schema);
    if (!first) return leafOf(schema, place.name);
    const shown = this.compose(first, place);
    return shown === NOTHING ? null : shown;
  }

  private referred($ref: string, place: Place): unknown {
    if (place.above.includes($ref)) return NOTHING;
    return this.compose(this.resolved({ $ref }), { ...place, above: [...place.above, $ref] });
  }

  private list(items: Schema, place: Place): unknown[] {
    return [this.compose(items, place)].filter((item) => item !== NOTHING);
  }

  private whole(parts: readonly Schema[], place: Place): unknown {
    const composed = parts.map((part) => this.compose(part, place));
    return composed.length === 1 ? composed[0] : Object.assign({}, ...composed);
  }

  private object(schema: Schema, place: Place): unknown {
    const shown = Object.entries(schema.properties ?? {}).filter(([name, field]) =>
      isShown(schema, { name, field, place }),
    );
    return Object.fromEntries(
      shown.map(([name, field]) => [name, this.compose(field, { ...place, name, without: [] })]),
    );
  }

  private resolved(schema: Schema): Schema {
    return this.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  }
}

const alternativeOf = ({ anyOf = [], oneOf = [] }: Schema): Schema | undefined =>
  [...anyOf, ...oneOf].find(({ type }) => type !== 'null');

interface Candidate {
  readonly name: string;
  readonly field: Schema;
  readonly place: Place;
}

/**
 * Requests show what may be sent together, apart from a password that may be left out: where a request is tried out as it stands, a
 * wrong one has it refused. Answers show what is always there, and what else has an example of its own.
 */
function isShown({ required = [], dependentRequired = {} }: Schema, { name, field, place }: Candidate): boolean {
  if (required.includes(name)) return true;
  if ([name, ...(dependentRequired[name] ?? [])].some((needed) => place.without.includes(needed))) return false;
  return place.side === 'request' ? field.format !== 'password' : 'example' in field;
}
