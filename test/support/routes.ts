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
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, object>>;
  };
}

/** A route as the contract describes it. */
export interface Route {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** Whether it needs no credentials. */
  readonly isPublic: boolean;
  /** A body made of the contract's examples, where the route takes JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly query: readonly string[];
  readonly headers: readonly string[];
  /** The problems that it may answer with. */
  readonly codes: readonly string[];
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
  const named = (where: string) =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === where).map(({ name }) => name);
  return {
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    isPublic: isPublic(operation),
    body: exampleOf(document, operation.requestBody?.content['application/json']?.schema),
    query: named('query'),
    headers: named('header'),
    codes: Object.values(operation.responses).flatMap((response) => codesOf(document, response)),
  };
}

/** An empty requirement lets everybody through, whatever others stand beside it. */
const isPublic = ({ security }: Operation): boolean =>
  security !== undefined && (security.length === 0 || security.some((needed) => Object.keys(needed).length === 0));

function codesOf({ components }: Document, response: { readonly $ref?: string }): string[] {
  const codes: string[] = [];
  JSON.stringify(components.responses[nameIn(response)] ?? response, (key, value: { enum?: string[] } | null) => {
    if (key === 'code') codes.push(...(value?.enum ?? []));
    return value;
  });
  return codes;
}

const nameIn = ({ $ref }: { readonly $ref?: string }): string => $ref?.split('/').at(-1) ?? '';

function exampleOf(document: Document, schema: Schema | undefined): Record<string, unknown> | undefined {
  if (!schema) return undefined;
  const { properties = {}, oneOf = [] } = document.components.schemas[nameIn(schema)] ?? schema;
  const others = new Set(oneOf.slice(1).flatMap(({ required }) => required));
  const taken = Object.entries(properties).filter(([name]) => !others.has(name));
  return Object.fromEntries(taken.map(([name, { example }]) => [name, example]));
}

/** What stands for a parameter of a path: something of the right form that nobody has. */
const NOBODYS: Readonly<Record<string, string>> = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  userId: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  contact: 'email',
  code: 'ABC234',
  token: 'A'.repeat(43),
};

/** A path of the contract with something in the place of each parameter. */
export const pathOf = (template: string): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const { [name]: value } = NOBODYS;
    if (value === undefined) throw new Error(`Say what stands for {${name}} in a path.`);
    return value;
  });
