import type { OpenAPIObject, OperationObject, ParameterObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import {
  HeadersTooLarge,
  Internal,
  MethodNotAllowed,
  PayloadTooLarge,
  RequestInvalid,
  RequestMalformed,
  RequestNotFound,
  RequestTimeout,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from '../../common/http/http.errors.js';
import { type DocumentedError, NEVER, PROBLEM_TYPE, problemResponse } from '../../common/http/problem.js';
import { withHeaders } from './answers/answers.js';
import { operationsOf } from './reading-order.js';

/** Where the document tells what may be answered to any request, whatever its address. */
export const ANYWHERE = 'x-anywhere';

/**
 * What is answered before there is an operation, or when it fails by a fault of ours. No operation lists these: that would tell
 * nothing of it.
 */
export const ANYWHERE_ERRORS: readonly DocumentedError[] = [
  RequestMalformed,
  RequestNotFound,
  MethodNotAllowed,
  RequestTimeout,
  HeadersTooLarge,
  Internal,
];

/** {@link ANYWHERE_ERRORS} as answers, by status. */
export function edgeResponses(): Record<string, ResponseObject> {
  const responses = ANYWHERE_ERRORS.map((error) => [String(error.status), problemResponse([error])] as const);
  return Object.fromEntries(responses.map(([status, response]) => [status, withHeaders(response, status)]));
}

/** Adds to every operation what the edge may answer in its place: nobody has to write that at each route. */
export function describeEdge(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    operationsOf(item).forEach((operation) => describeOperation(operation, path, document));
  }
}

function describeOperation(operation: OperationObject, path: string, document: OpenAPIObject): void {
  // `{}` alone means "no credentials"; an empty list says the same, and tools know it better.
  const open = operation.security?.every((requirement) => Object.keys(requirement).length === 0) ?? false;
  if (open) operation.security = [];
  const never = takeNever(operation);
  for (const error of edgeErrors(operation, { path, open })) {
    if (!never.includes(error.code)) addRefusal(operation, error, document);
  }
}

/** The codes that the route never answers; they were noted for this file only. */
function takeNever(operation: OperationObject): readonly string[] {
  const noted = operation as { [NEVER]?: readonly string[] };
  const { [NEVER]: codes = [] } = noted;
  delete noted[NEVER];
  return codes;
}

function edgeErrors(operation: OperationObject, { path, open }: { path: string; open: boolean }): DocumentedError[] {
  // What stands in headers is no input of a route: it is looked at elsewhere, or cannot be wrong.
  const parameters = (operation.parameters ?? []) as ParameterObject[];
  const takesInput = operation.requestBody !== undefined || parameters.some((parameter) => parameter.in !== 'header');
  return [
    ...(operation.requestBody ? [RequestMalformed, PayloadTooLarge, UnsupportedMediaType] : []),
    ...(takesInput ? [RequestInvalid] : []),
    ...(open || operation.security ? [] : [Unauthenticated]),
    ...(path.startsWith('/api/') ? [ServiceUnavailable] : []),
  ];
}

/** A refusal that stands alone is written once, in the components; one that shares its status stands with the others. */
function addRefusal(operation: OperationObject, error: DocumentedError, document: OpenAPIObject): void {
  const status = String(error.status);
  const added = problemResponse([error]);
  const present = operation.responses[status] as ResponseObject | undefined;
  if (present && !tellsOnly(present, error)) {
    if (tells(present).includes(error.code)) return;
    operation.responses[status] = merged(present, added);
    return;
  }
  document.components ??= {};
  document.components.responses = { ...document.components.responses, [error.name]: added };
  operation.responses[status] = { $ref: `#/components/responses/${error.name}` };
}

function tellsOnly(response: ResponseObject, error: DocumentedError): boolean {
  return Object.keys(response.content ?? {}).length === 1 && tells(response).join() === error.code;
}

/** The codes of a response; none when it is no problem. */
function tells(response: ResponseObject): unknown[] {
  const schema = response.content?.[PROBLEM_TYPE]?.schema;
  return schema === undefined ? [] : codesOf(schema);
}

function merged(present: ResponseObject, added: ResponseObject): ResponseObject {
  const was = present.content?.[PROBLEM_TYPE];
  const comes = added.content?.[PROBLEM_TYPE];
  if (!was || !comes) return { ...present, content: { ...present.content, ...added.content } };
  const codes = [...new Set([...codesOf(was.schema), ...codesOf(comes.schema)])];
  const properties = { ...membersOf(was.schema), ...membersOf(comes.schema), code: { type: 'string', enum: codes } };
  const schema = { allOf: [allOf(was.schema)[0], { type: 'object', properties }] } as SchemaObject;
  return {
    ...present,
    description: [...new Set([present.description, added.description])].join('\n\n'),
    content: { ...present.content, [PROBLEM_TYPE]: { schema, examples: { ...was.examples, ...comes.examples } } },
  };
}

const allOf = (schema: unknown): SchemaObject[] => (schema as { allOf: SchemaObject[] }).allOf;

const membersOf = (schema: unknown): Record<string, SchemaObject> =>
  (allOf(schema)[1]?.properties ?? {}) as Record<string, SchemaObject>;

const codesOf = (schema: unknown): unknown[] => membersOf(schema).code?.enum ?? [];
