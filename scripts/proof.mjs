import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/built.mjs';

// `npm run proof`: what holds or fails only between real processes, shown with the build and a PostgreSQL of its own.
//   --short      a minute of it, for every change; no mutation tests
//   --only a,b   some of them
//   --seed 42    the random choices of an earlier run
const MUTATION = 'mutation';

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, only: { type: 'string' }, seed: { type: 'string' } },
});
const verdicts = [];
let run;
let mutation;

let broken = false;

for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException']) {
  process.on(event, (cause) => void breakOff(cause));
}
ensureBuilt();
// Not before the build: it imports from there.
const { ProofRun, proofNames } = await import('../test/proof/run.mjs');
process.exit(await main());

async function main() {
  const known = [...proofNames(), MUTATION];
  const chosen = options.only?.split(',') ?? (options.short ? proofNames() : known);
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`No such proof: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
    return 1;
  }
  await prove(chosen);
  if (chosen.includes(MUTATION)) report(await mutate());
  const skipped = verdicts.filter((verdict) => verdict.skipped).length;
  const failed = verdicts.filter((verdict) => !verdict.ok && !verdict.skipped).length;
  const also = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${verdicts.length - failed - skipped} passed, ${failed} failed${also}`);
  return failed > 0 ? 1 : 0;
}

async function prove(chosen) {
  const seed = Number(options.seed ?? randomInt(2 ** 31));
  console.log(`Proofs, ${options.short ? 'short' : 'full'} form, seed ${seed}`);
  run = new ProofRun({ short: options.short, seed });
  try {
    await run.each(chosen, report);
  } finally {
    await run.end();
  }
}

function report({ name, ok, skipped, facts, seconds }) {
  verdicts.push({ ok, skipped });
  console.log(`${skipped ? 'skipped' : ok ? 'ok' : 'FAILED'} ${name}: ${facts} (${seconds.toFixed(1)} s)`);
}

/** Its own output says which mutants lived; its exit code, whether they are too many. */
async function mutate() {
  const began = performance.now();
  mutation = spawn(process.execPath, [join(import.meta.dirname, 'mutate.mjs')], { stdio: 'inherit' });
  const [code] = await once(mutation, 'exit');
  const facts = code === 0 ? 'enough mutants were killed' : `scripts/mutate.mjs ended with ${code}`;
  return { name: MUTATION, ok: code === 0, facts, seconds: (performance.now() - began) / 1_000 };
}

async function breakOff(cause) {
  // What is being ended may complain.
  if (broken) return;
  broken = true;
  console.error(cause instanceof Error ? cause : `Broken off by ${cause}.`);
  mutation?.kill('SIGTERM');
  await run?.end();
  process.exit(1);
}
