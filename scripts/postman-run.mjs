import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/built.mjs';
import { runCollection } from './postman/newman.mjs';
import { Prism } from './postman/prism.mjs';
import { mistakesOfWatch } from './postman/spoilt-contract.mjs';

// `npm run postman:run`: the collection, twice in a row, by newman, against the built server on a database of its own.
//   --url http://…   against a server that runs, once
//   --prism          the last run through Prism, which compares each request and answer with openapi.yaml
const CONTRACT = join(import.meta.dirname, '../openapi.yaml');
/** For where there is no administrator. */
const SPARE = 'Or the friend does it alone';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, prism: { type: 'boolean', default: false } },
});
const mistakes = [];
let server;
let prism;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end().then(() => process.exit(1)));

try {
  await main();
} finally {
  await end();
}
report();

async function main() {
  if (options.url && !(await answers(options.url))) {
    mistakes.push(`Nothing answers at ${options.url}: start the service there, or leave --url out.`);
    return;
  }
  const url = options.url ?? (await startServer());
  const runs = options.url ? 1 : 2;
  for (let n = 1; n <= runs; n += 1) {
    if (options.prism && n === runs) await runThroughPrism(url);
    else await run(url, `run ${n}`);
  }
}

async function answers(url) {
  return (await statusOf(`${url}/health/live`)) === 200;
}

/** 0 when there is no answer. */
async function statusOf(address) {
  const { status } = await fetch(address).catch(() => ({ status: 0 }));
  return status;
}

async function startServer() {
  ensureBuilt();
  // Not before the build: it imports from there.
  const { FreshServer } = await import('./postman/fresh-server.mjs');
  server = await FreshServer.start();
  return server.url;
}

async function runThroughPrism(url) {
  mistakes.push(...(await mistakesOfWatch(CONTRACT, url)));
  prism = await Prism.start(CONTRACT, url);
  await run(prism.url, 'run through Prism');
  await prism.stop();
  mistakes.push(...prism.complaints.map((line) => `Prism: ${line}`));
}

async function run(baseUrl, name) {
  console.log(`\n${name}: ${baseUrl}`);
  // A proxy in front of somebody else's server may keep them to the inside.
  const metricsAreInside = options.url !== undefined && (await statusOf(`${baseUrl}/metrics`)) === 404;
  const result = await runCollection({ baseUrl, metricsAreInside });
  mistakes.push(...result.mistakes.map((mistake) => `${name}: ${mistake}`));
  const missed = result.skipped.filter((request) => request !== SPARE);
  if (missed.length === 0) return;
  // Somebody else's server may have another administrator; on a fresh one the collection's own is the first person.
  const told = `${name}: not sent: ${missed.join(', ')}`;
  if (options.url) console.log(told);
  else mistakes.push(told);
}

async function end() {
  await prism?.stop();
  await server?.stop();
}

function report() {
  for (const mistake of mistakes) console.error(mistake);
  console.log(
    mistakes.length === 0 ? 'The collection passed.' : `The collection failed; mistakes: ${mistakes.length}.`,
  );
  process.exitCode = mistakes.length === 0 ? 0 : 1;
}
