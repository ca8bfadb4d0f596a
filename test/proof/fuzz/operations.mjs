import '../../support/typescript.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const { ContractChecker } = await import('../../support/contract.ts');
const { routesOfContract } = await import('../../support/routes.ts');

const CONTRACT = parse(readFileSync(join(import.meta.dirname, '../../../openapi.yaml'), 'utf8'));

/** What the tests check every answer with, too. */
export const checker = new ContractChecker(CONTRACT);

const resolved = (schema) =>
  schema?.$ref ? CONTRACT.components.schemas[schema.$ref.split('/').at(-1)] : (schema ?? {});

/**
 * Every operation: what {@link routesOfContract} tells of it, and `statuses` that it lists, `forStaff`, `fields` of its body and
 * `parameters` of its query and path, `{ name, in, schema }`.
 */
export const OPERATIONS = routesOfContract().map((route) => {
  const { parameters = [], requestBody, responses } = CONTRACT.paths[route.path][route.method.toLowerCase()];
  const json = requestBody?.content['application/json'];
  return {
    ...route,
    statuses: Object.keys(responses).map(Number),
    forStaff: route.codes.includes('auth.forbidden'),
    fields: Object.entries(resolved(json?.schema).properties ?? {}).map(([name, schema]) => ({ name, schema })),
    parameters: parameters.map((parameter) => ({ ...parameter, schema: resolved(parameter.schema) })),
  };
});

export const operationNamed = (name) => OPERATIONS.find(({ operationId }) => operationId === name);
