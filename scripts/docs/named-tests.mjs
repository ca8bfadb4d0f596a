import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { proofNames } from '../../test/proof/run.mjs';
import { readText } from '../readme/markdown.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** Names in a row, in brackets: (`one`, `another`). */
const IN_BRACKETS = /\((`[^`]+`(?:,\s+`[^`]+`)*)\)/g;
const LAST_CELL = /\|([^|]*)\|$/gm;
/** What else stands in backticks has dots, capitals or spaces. */
const NAME = /^([a-z][a-z0-9-]*[a-z0-9]|[\w./-]+\/[\w./-]+)$/;

/** The tests that the documents on security lean on and that do not exist: a path, or the name of a story in test/e2e or of a proof. */
export function unknownTests() {
  const named = [
    ...namesIn('docs/threat-model.md', IN_BRACKETS).map((name) => ['docs/threat-model.md', name]),
    ...namesIn('docs/asvs.md', LAST_CELL).map((name) => ['docs/asvs.md', name]),
  ];
  const proofs = proofNames();
  return named
    .filter(([, name]) => !(proofs.includes(name) || isFile(name) || isFile(`test/e2e/${name}.e2e-spec.ts`)))
    .map(([file, name]) => `${file}: there is no test ${name}`);
}

const namesIn = (file, place) =>
  [...readText(file).matchAll(place)]
    .flatMap(([, part]) => [...part.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
    .filter((name) => NAME.test(name));

const isFile = (path) => existsSync(join(ROOT, path));
