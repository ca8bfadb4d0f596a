/** Fails when a folder of src holds more files than the house allows: a module that outgrows the number is two modules. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = 'src';
const MAX_FILES = 9;
/** A spec stands beside its subject and is not a part of the module's size. */
const counts = (entry) => entry.isFile() && !entry.name.endsWith('.spec.ts');

function foldersBelow(folder) {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.flatMap((entry) => foldersBelow(join(folder, entry.name)))];
}

const sizes = foldersBelow(ROOT).map((folder) => ({
  folder,
  files: readdirSync(folder, { withFileTypes: true }).filter(counts).length,
}));
const tooBig = sizes.filter(({ files }) => files > MAX_FILES);

for (const { folder, files } of tooBig) {
  console.error(`${folder}: ${files} files, at most ${MAX_FILES}; split the module`);
}
if (tooBig.length === 0) console.log(`${sizes.length} folders, none with more than ${MAX_FILES} files`);
process.exitCode = tooBig.length === 0 ? 0 : 1;
