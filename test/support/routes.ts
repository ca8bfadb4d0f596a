import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Property {
  readonly example?: unknown;
}

interface Schema {
  readonly $ref?: string;
  /** Forms of a body that exclude each other, by what only they need. */
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
  readonly properties?: Readonly<Record<string, Property>>;
}

interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A route as the contract describes it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** Whether it needs no credentials. */
  readonly isPublic: boolean;
  /** A body made of the contract's examples, where the route takes one. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly query: readonly string[];
}

/** Every route of the committed contract, so that a new one cannot be forgotten. */
export function routesOfContract(): Route[] {
  const document = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Document;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => routeOf(document, { path, method, operation })),
  );
}

function routeOf(
  document: Document,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): Route {
  const parameters = operation.parameters ?? [];
  return {
    method: method.toUpperCase(),
    path,
    isPublic: operation.security?.length === 0,
    body: exampleOf(document, operation.requestBody?.content['application/json']?.schema),
    query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
  };
}

function exampleOf(document: Document, schema: Schema | undefined): Record<string, unknown> | undefined {
  if (!schema) return undefined;
  const { properties = {}, oneOf = [] } = document.components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  const others = new Set(oneOf.slice(1).flatMap(({ required }) => required));
  const taken = Object.entries(properties).filter(([name]) => !others.has(name));
  return Object.fromEntries(taken.map(([name, { example }]) => [name, example]));
}
