import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { ensureBuilt } from './lib/built.mjs';

// `npm run docs` writes what documents tell of the code: docs/errors.md, and the tables and the example of README.md and README.ru.md
// between their markers; with --check it fails where one differs from the code. Both fail on what is wrong in any document otherwise:
// links and anchors, npm scripts, variables, what README.ru.md lacks, the version of the changelog.
const ROOT = join(import.meta.dirname, '..');
const RUSSIAN = 'docs/ru.yaml';
const PROVIDER = 'docs/examples/acme-sms.provider.ts';
const check = process.argv.includes('--check');

ensureBuilt();
const { errorsPage } = await import('./docs/errors.mjs');
const { mistakesInPages } = await import('./docs/pages.mjs');
const { mistakesIn, tablesOf } = await import('./docs/tables.mjs');
const { LIMITS } = await import('../dist/src/config/limits.js');

const read = (file) => readFileSync(join(ROOT, file), 'utf8');

/** The example as it reads in the folder of providers. */
const provider = () => `\`\`\`ts\n${read(PROVIDER).replaceAll('../../src/modules/sms/', '../')}\`\`\``;

/** Puts each part between the comments `<!-- name -->` and `<!-- /name -->`. */
function withParts(page, parts) {
  return Object.entries({ ...parts, provider: provider() }).reduce((text, [name, part]) => {
    const place = new RegExp(`(?<=<!-- ${name} -->\n).*(?=<!-- /${name} -->)`, 's');
    if (!place.test(text)) throw new Error(`The comments <!-- ${name} --> and <!-- /${name} --> are missing`);
    return text.replace(place, () => `\n${part}\n\n`);
  }, page);
}

async function keep(file, text) {
  const path = join(ROOT, file);
  const page = await format(text, { ...(await resolveConfig(path)), filepath: path });
  if (!check) return writeFileSync(path, page);
  if (read(file) === page) return console.log(`${file} is in step with the code`);
  console.error(`${file} differs from the code: run "npm run docs", and review the difference`);
  process.exitCode = 1;
}

const russian = parse(read(RUSSIAN));
await keep('docs/errors.md', await errorsPage());
await keep('README.md', withParts(read('README.md'), tablesOf('en')));
await keep('README.ru.md', withParts(read('README.ru.md'), tablesOf('ru', russian)));

const mistakes = [
  ...mistakesIn(russian).map((mistake) => `${RUSSIAN}: ${mistake}`),
  ...mistakesInPages(Object.keys(LIMITS)),
];
for (const mistake of mistakes) console.error(mistake);
if (mistakes.length > 0) process.exitCode = 1;
else console.log('links, commands, variables, translations and the version are right in every document');
