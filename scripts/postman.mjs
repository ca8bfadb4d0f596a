import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectionOf } from './postman/collection.mjs';
import { environment } from './postman/environment.mjs';

// `npm run postman` writes the collection and its environment from openapi.yaml; with --check it fails where they differ.
const ROOT = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const contract = readFileSync(join(ROOT, 'openapi.yaml'), 'utf8');
const files = {
  'postman/latchkey.postman_collection.json': await collectionOf(contract),
  'postman/latchkey.postman_environment.json': environment,
};
for (const [file, content] of Object.entries(files)) settle(file, `${JSON.stringify(content, null, 2)}\n`);

function settle(file, text) {
  const path = join(ROOT, file);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (existsSync(path) && readFileSync(path, 'utf8') === text) {
    console.log(`${file} is in step with openapi.yaml`);
  } else {
    console.error(`${file} differs from openapi.yaml: run "npm run postman", and review the difference`);
    process.exitCode = 1;
  }
}
