import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../reports');

/** Writes what each operation was asked and what it answered to `reports/fuzz.txt`. */
export async function writeReport(tally, seed) {
  await mkdir(FOLDER, { recursive: true });
  const head = `Seed ${seed}: ${tally.sent} requests, ${tally.unanswered} without an answer, 503: ${tally.unavailable}`;
  await writeFile(join(FOLDER, 'fuzz.txt'), [head, ...tally.lines, ''].join('\n'));
}
