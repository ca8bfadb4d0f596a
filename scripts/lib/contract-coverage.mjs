import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const CONTRACT = join(ROOT, 'openapi.yaml');
const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete']);
const PROBLEM = 'application/problem+json';
/** Stands in the place of an operation for what may be answered to any request. */
const ANYWHERE = 'anywhere';
/** Stands where an answer is no problem. */
const NO_CODE = '-';

/** Where a run of the tests notes which answers of the contract it has seen; see test/support/contract-record.ts. */
export const RECORD = process.env.LATCHKEY_CONTRACT_RECORD ?? join(ROOT, 'reports/contract');

/** Every operation of the contract with the answers that it lists, each as `operation status code`. */
export function documentedAnswers() {
  const contract = parse(readFileSync(CONTRACT, 'utf8'));
  const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({
        operation: operation.operationId,
        route: `${method.toUpperCase()} ${path}`,
        answers: answersOf(operation, contract),
      })),
  );
  const edge = { operationId: ANYWHERE, responses: contract['x-anywhere'] };
  return [...operations, { operation: ANYWHERE, route: 'any address', answers: answersOf(edge, contract) }];
}

/** What the last run has seen, in the same words; nothing where no run is on record. */
export function seenAnswers() {
  if (!existsSync(RECORD)) return new Set();
  const files = readdirSync(RECORD).map((name) => readFileSync(join(RECORD, name), 'utf8'));
  return new Set(files.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
}

function answersOf({ operationId, responses }, contract) {
  return Object.entries(responses).flatMap(([status, response]) =>
    codesIn(resolved(response, contract), contract).map((code) => `${operationId} ${status} ${code}`),
  );
}

function codesIn({ content = {} }, contract) {
  const { [PROBLEM]: problem, ...others } = content;
  const withoutCode = !problem || Object.keys(others).length > 0 ? [NO_CODE] : [];
  return [...withoutCode, ...(problem ? codesOf(problem.schema, contract) : [])];
}

/** A problem names its codes in one part of its schema; one that names none could be any, which nothing can exercise. */
function codesOf(schema, contract) {
  const { allOf = [], properties = {} } = resolved(schema, contract);
  const { enum: listed, const: only } = properties.code ?? {};
  const own = listed ?? (only === undefined ? [] : [only]);
  return [...own, ...allOf.flatMap((part) => codesOf(part, contract))];
}

function resolved(value, contract) {
  if (typeof value.$ref !== 'string') return value;
  const names = value.$ref.replace('#/', '').split('/');
  return resolved(
    names.reduce((inner, name) => inner[name], contract),
    contract,
  );
}
