import type { OpenAPIObject, OperationObject, ResponseObject } from '@nestjs/swagger';
import { PROBLEM_TYPE } from '../../../common/http/problem.js';
import { namedSchemaOf } from '../schema-names.js';
import { SHARED_HEADERS, sharedHeaders } from './headers.js';
import { operationsOf } from '../reading-order.js';

/** What is said where neither the route nor the schema of its answer says more. */
const SENTENCES: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken; the rest happens after the answer.',
  204: 'Done; there is nothing to tell.',
};

/** The answer with the headers that it is sent with. */
export const withHeaders = (response: ResponseObject, status: string): ResponseObject => ({
  ...response,
  headers: { ...headersOf(response, status), ...response.headers },
});

/** Gives every answer a description and the headers that it is sent with. */
export function describeAnswers(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: { ...SHARED_HEADERS } };
  for (const operation of Object.values(document.paths).flatMap(operationsOf)) {
    for (const [status, response] of answersOf(operation)) {
      response.description ||= sentenceFor(response, status, document);
      response.headers = { ...headersOf(response, status), ...keptHeaders(operation, status), ...response.headers };
    }
  }
  for (const response of Object.values(document.components.responses ?? {}) as ResponseObject[]) {
    Object.assign(response, withHeaders(response, statusOf(response)));
  }
}

const sentenceFor = ({ content }: ResponseObject, status: string, document: OpenAPIObject): string =>
  namedSchemaOf(content, document)?.description ?? SENTENCES[status] ?? '';

/** References lead to answers that are described once. */
const answersOf = ({ responses }: OperationObject): [string, ResponseObject][] =>
  Object.entries(responses).filter((entry): entry is [string, ResponseObject] => !('$ref' in (entry[1] ?? {})));

const headersOf = ({ content = {} }: ResponseObject, status: string): ResponseObject['headers'] =>
  sharedHeaders(status, { isProblem: PROBLEM_TYPE in content });

/** The status of a problem that stands in the components, as its examples tell it. */
function statusOf({ content = {} }: ResponseObject): string {
  const [example] = Object.values(content[PROBLEM_TYPE]?.examples ?? {}) as { value: { status: number } }[];
  return String(example?.value.status);
}

/** Success is kept as long as the answer that it has not changed. */
const keptHeaders = ({ responses }: OperationObject, status: string): ResponseObject['headers'] =>
  status === '200' ? (responses['304'] as ResponseObject | undefined)?.headers : {};
