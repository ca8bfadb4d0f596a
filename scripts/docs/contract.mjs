import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const document = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8'));

export const tags = document.tags.map(({ name }) => name);

/** Every operation of openapi.yaml, in its order: `{ id, tag, method, path, summary, scheme, codes }`; without a `scheme` it is
 * open, and `codes` are its problems. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => operation(path, method, item[method])),
);

function operation(path, method, { operationId, tags: [tag], summary, security, responses }) {
  const codes = new Set(
    Object.entries(responses).flatMap(([status, response]) => (status < 400 ? [] : codesIn(response))),
  );
  const [scheme] = (security ?? document.security).flatMap(Object.keys);
  return { id: operationId, tag, method: method.toUpperCase(), path, summary, scheme, codes };
}

/** The codes that a part of the document allows a problem to have, wherever it says so. */
function codesIn(part) {
  if (part === null || typeof part !== 'object') return [];
  if (part.$ref) return codesIn(resolve(part.$ref));
  const code = part.properties?.code ?? {};
  const inner = Object.entries(part).filter(([key]) => key !== 'examples');
  return [...(code.enum ?? [code.const ?? []].flat()), ...inner.flatMap(([, value]) => codesIn(value))];
}

function resolve(pointer) {
  const [, ...keys] = pointer.split('/');
  return keys.reduce((at, key) => at[key], document);
}
