import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { runCollection } from './newman.mjs';
import { Prism } from './prism.mjs';

const FOLDER = '10 Operations';

/**
 * Whether a contract that the service breaks is told, by newman and by Prism's log: one in which an answer of
 * {@link FOLDER} has a property that it never had.
 * @returns mistakes, in words
 */
export async function mistakesOfWatch(contract, upstream) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-spoilt-'));
  try {
    const spoilt = join(folder, 'openapi.yaml');
    await writeFile(spoilt, spoil(await readFile(contract, 'utf8')));
    const prism = await Prism.start(spoilt, upstream);
    const { mistakes } = await runCollection({ baseUrl: prism.url, only: FOLDER, quiet: true }).finally(() => prism.stop());
    return [
      ...(mistakes.some((mistake) => mistake.includes('neverThere')) ? [] : ['newman does not see a broken contract']),
      ...(prism.complaints.length > 0 ? [] : ['the log of Prism is not understood']),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function spoil(text) {
  const document = parse(text);
  const { content } = document.paths['/health/live'].get.responses[200];
  content['application/json'].schema = { type: 'object', required: ['neverThere'] };
  return stringify(document);
}
