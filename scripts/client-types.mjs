import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { contractTool } from './lib/contract-tools.mjs';

// `npm run client` writes what the typed client takes from openapi.yaml; with --check it fails where the two differ.
const CONTRACT = join(import.meta.dirname, '../openapi.yaml');
const FOLDER = 'clients/typescript/src/generated';

const HEAD =
  '/** Made from openapi.yaml by `npm run client`: what a client decides by at run time, when types are gone. */\n';

/** What openapi-typescript makes of the contract, save that a file is a Blob and no string. */
async function schema() {
  const require = createRequire(contractTool('openapi-typescript'));
  const { default: openapiTS, astToString, COMMENT_HEADER } = require('openapi-typescript');
  const blob = require('typescript').factory.createTypeReferenceNode('Blob');
  const transform = ({ format }) => (format === 'binary' ? blob : undefined);
  // A property with a default may still be left out of a request.
  const nodes = await openapiTS(pathToFileURL(CONTRACT), { transform, defaultNonNullable: false, silent: true });
  return COMMENT_HEADER + astToString(nodes);
}

function facts() {
  const { paths, security } = parse(readFileSync(CONTRACT, 'utf8'));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [
      `${method.toUpperCase()} ${path}`,
      { security, ...operation },
    ]),
  );
  return (
    HEAD +
    setOf('CLOSED', 'Those that want an access token.', operations.filter(isClosed)) +
    setOf('TAKES_IDEMPOTENCY_KEY', 'Those that can be repeated safely.', operations.filter(takesKey)) +
    setOf('SIGNS_IN', 'Those that answer tokens.', operations.filter(answersTokens))
  );
}

/** Where nothing at all is among what may be shown, an access token is not what the operation asks for. */
const isClosed = ([, { security }]) => security.length > 0 && security.every((way) => 'bearer' in way);

const takesKey = ([, { parameters = [] }]) => parameters.some(({ name }) => name === 'Idempotency-Key');

const answersTokens = ([, { responses }]) =>
  /\/(Refreshed)?Tokens$/.test(responses[200]?.content?.['application/json']?.schema?.$ref);

function setOf(name, about, operations) {
  if (operations.length === 0) throw new Error(`${CONTRACT} has no operation for ${name}`);
  const lines = operations.map(([operation]) => `  '${operation}',\n`).join('');
  return `\n/** ${about} */\nexport const ${name}: ReadonlySet<string> = new Set([\n${lines}]);\n`;
}

function write([file, text]) {
  writeFileSync(file, text);
}

function check([file, text]) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text)
    return console.log(`${file} is in step with openapi.yaml`);
  console.error(`${file} differs from openapi.yaml: run "npm run client"`);
  process.exitCode = 1;
}

const files = [
  [`${FOLDER}/schema.ts`, await schema()],
  [`${FOLDER}/operations.ts`, facts()],
];
files.forEach(process.argv.includes('--check') ? check : write);
