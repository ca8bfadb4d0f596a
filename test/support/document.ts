import type { Schema } from './closed-schema.js';

type Fields = Readonly<Record<string, unknown>>;

interface Media {
  readonly schema?: Fields;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

type Content = Readonly<Record<string, Media>>;

interface Response {
  readonly description?: string;
  readonly headers?: Fields;
  readonly content?: Content;
}

interface Parameter {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema: Fields;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

/** The contract as its rules look at it. */
export interface Document {
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly 'x-anywhere': Readonly<Record<string, Response>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

/** A field, by where it stands. */
export interface Property {
  readonly at: string;
  readonly schema: Fields;
}

export const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, tags = [], parameters = [], ...operation }]) => ({
      ...operation,
      ...{ path, method, id, tags, parameters },
    })),
  );

/** Every answer of every operation, and those that any address may give. */
export function responsesOf(document: Document) {
  const own = operationsOf(document).flatMap(({ id, responses }) =>
    Object.entries(responses).map(([status, response]) => ({ at: `${id} ${status}`, status, response })),
  );
  const anywhere = Object.entries(document['x-anywhere']).map(([status, response]) => ({
    at: status,
    status,
    response,
  }));
  return [...own, ...anywhere].map((each) => ({ ...each, response: resolved(each.response, document) }));
}

/** Every body that is text; the bytes of pictures and files have no examples. */
export function bodiesOf(document: Document) {
  const requests = operationsOf(document).map(({ id, requestBody }) => ({ at: `${id} (request)`, ...requestBody }));
  const answers = responsesOf(document).map(({ at, response: { content } }) => ({ at, content }));
  const all = [...requests, ...answers].flatMap(({ at, content = {} }) =>
    Object.entries(content).map(([type, media]) => ({ at: `${at} ${type}`, type, media })),
  );
  return all
    .filter(({ type }) => !type.startsWith('image/webp') && !type.startsWith('multipart/'))
    .map(({ at, media }) => ({
      at,
      schema: media.schema as Schema,
      examples: examplesOf(media),
      codes: codesOf(media),
    }));
}

function examplesOf({ example, examples = {} }: Media): unknown[] {
  const named = Object.values(examples).map(({ value }) => value);
  return example === undefined ? named : [example, ...named];
}

/** The codes of a problem; none of any other body. */
function codesOf({ schema }: Media): string[] {
  const parts = (schema?.allOf ?? []) as readonly { properties?: { code?: { enum?: string[] } } }[];
  return parts.flatMap(({ properties }) => properties?.code?.enum ?? []);
}

/** The fields of every schema that requests, or answers, lead to; those of both stand in both. */
export function propertiesOf(document: Document, side: 'requests' | 'answers'): Property[] {
  const contents =
    side === 'requests'
      ? operationsOf(document).map(({ requestBody }) => requestBody?.content)
      : responsesOf(document).map(({ response }) => response.content);
  const names = new Set<string>();
  reach(contents, document, names);
  return [...names].flatMap((name) => fieldsOf(name, document.components.schemas[name]));
}

/** Collects the names of the schemas that a value refers to, however far. */
function reach(value: unknown, document: Document, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { $ref } = value as { $ref?: unknown };
  const name = typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? '') : '';
  if (name && !names.has(name)) {
    names.add(name);
    reach(document.components.schemas[name], document, names);
  }
  for (const inner of Object.values(value)) reach(inner, document, names);
}

/** Also those of objects that stand in a field. */
function fieldsOf(at: string, schema: unknown): Property[] {
  const { properties = {}, additionalProperties, items } = (schema ?? {}) as Record<string, Record<string, Fields>>;
  const own = Object.entries(properties).flatMap(([name, field]) => [
    { at: `${at}.${name}`, schema: field },
    ...fieldsOf(`${at}.${name}`, field),
  ]);
  return [...own, ...[additionalProperties, items].filter(Boolean).flatMap((inner) => fieldsOf(`${at}.*`, inner))];
}

function resolved(response: Response, document: Document): Response {
  const { $ref } = response as { $ref?: string };
  return $ref ? (document.components.responses[$ref.split('/').at(-1) ?? ''] ?? response) : response;
}
