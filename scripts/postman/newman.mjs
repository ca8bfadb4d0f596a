import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractPackage } from '../lib/contract-tools.mjs';

const FOLDER = join(import.meta.dirname, '../../postman');
const VIOLATIONS = 'sl-violations';

/**
 * Runs the collection as it is committed.
 * @param baseUrl where the requests go
 * @param only the name of a folder; all of them when left out
 * @param metricsAreInside whether a proxy keeps /metrics from us
 * @returns `{ mistakes, skipped }`: what failed, in words; names of the requests that were not sent
 */
export async function runCollection({ baseUrl, only, quiet = false, metricsAreInside = false }) {
  const violations = [];
  const { error, run, names } = await runNewman({ baseUrl, only, quiet, metricsAreInside }, (_, { item, response }) => {
    const found = response?.headers.get(VIOLATIONS);
    if (found) violations.push(`“${item.name}” breaks the contract: ${found}`);
  });
  const failures = run.failures.map(({ source, error: { name, message } }) => `“${source?.name}”: ${name}: ${message}`);
  for (const { item } of run.executions) names.delete(item.id);
  return { mistakes: [...(error ? [String(error)] : []), ...violations, ...failures], skipped: [...names.values()] };
}

function runNewman({ baseUrl, only, quiet, metricsAreInside }, heard) {
  const options = {
    collection: read('latchkey.postman_collection.json'),
    environment: read('latchkey.postman_environment.json'),
    envVar: [
      { key: 'baseUrl', value: baseUrl },
      { key: 'metricsAreInside', value: metricsAreInside ? 'yes' : '' },
    ],
    folder: only,
    reporters: quiet ? [] : ['cli'],
    reporter: { cli: { noBanner: true, noSuccessAssertions: true } },
  };
  return new Promise((resolve, reject) => {
    const running = contractPackage('newman').run(options, (error, summary) => {
      if (summary) resolve({ error, run: summary.run, names: namesOf(summary.collection) });
      else reject(error);
    });
    running.on('request', heard);
  });
}

/** By id; names repeat. */
function namesOf(collection) {
  const names = new Map();
  collection.forEachItem(({ id, name }) => names.set(id, name));
  return names;
}

const read = (name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
