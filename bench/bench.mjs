import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/lib/built.mjs';
import { Gateway } from './load/gateway.mjs';
import { halfTable, summary, tableOf } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { seedDatabase, today } from './seed/database.mjs';
import { settled } from './seed/settled.mjs';
import { Floor } from './systems/floor.mjs';
import { Latchkey } from './systems/latchkey.mjs';
import { inTurn } from './turns.mjs';

// `npm run bench`: how fast the service is, as a share of the least that can be done; see README.md.
const OPTIONS = {
  only: { type: 'string', default: Object.keys(SCENARIOS).join() },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '10' },
  clients: { type: 'string', default: '32' },
  people: { type: 'string' },
  half: { type: 'boolean', default: false },
  profile: { type: 'string' },
  json: { type: 'string', default: 'reports/bench.json' },
};

function read(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const names = values.only.split(',');
  const unknown = names.filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(SCENARIOS).join(', ')}; not ${unknown.join()}.`);
  for (const name of ['rounds', 'seconds', 'clients', 'people']) {
    if (!(Number(values[name] ?? 1) >= 1)) throw new Error(`--${name} is a number from 1, not ${values[name]}.`);
  }
  const [rounds, seconds, clients] = [values.rounds, values.seconds, values.clients].map(Number);
  return { given: values, names, options: { rounds, seconds, clients, half: values.half } };
}

/** A sentence for whoever mistyped. */
function readOrLeave(args) {
  try {
    return read(args);
  } catch (error) {
    console.error(error.message);
    return process.exit(1);
  }
}

const { given, names, options } = readOrLeave(process.argv.slice(2));
const { rounds, seconds, clients } = options;
const print = (text) => process.stdout.write(`${text}\n`);

ensureBuilt();
// Not before the build: it imports from there.
const { Cluster } = await import('../test/proof/cluster.mjs');

async function measureAll(cluster, folder) {
  const gateway = await Gateway.start();
  const stage = { gateway, connections: 2 * clients, folder };
  const started = [];
  try {
    started.push(await Floor.start({ ...stage, database: await cluster.createDatabase() }));
    started.push(await Latchkey.start({ ...stage, node: profiling(), database: await cluster.createDatabase() }));
    if (given.people) started.push(await withPeople(cluster, stage));
    return await measureEach({ systems: started, gateway, postmaster: await cluster.postmasterPid() });
  } finally {
    for (const system of started) await system.close();
    await gateway.close();
  }
}

/** Profiles of the processors are written where `--profile` says, when the processes end. */
const profiling = () => (given.profile ? ['--cpu-prof', `--cpu-prof-dir=${given.profile}`] : []);

async function withPeople(cluster, stage) {
  const database = await cluster.createDatabase();
  await seedDatabase(database.href, { count: Number(given.people), seed: '1', until: today(), append: false }, print);
  print(`${Math.round((await settled(database.href)) / given.people)} bytes a person`);
  return Latchkey.start({ ...stage, database, name: `with ${given.people}` });
}

async function measureEach(stage) {
  const results = [];
  for (const name of names) {
    const runs = await inTurn({ ...stage, scenario: SCENARIOS[name] }, options);
    const systems = runs.map((each, index) => ({ system: stage.systems[index].name, ...summary(each), runs: each }));
    print(`\n${tableOf({ scenario: name, systems })}`);
    if (options.half) print(`\n${halfTable({ scenario: name, systems })}`);
    results.push({ scenario: name, what: SCENARIOS[name].what, systems });
  }
  return results;
}

const machine = {
  processors: `${availableParallelism()} × ${cpus()[0]?.model}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
};
print(
  `${machine.processors}, ${machine.memoryGiB} GiB, Node.js ${machine.node}; ${rounds} runs of ${seconds} s in turn, ${clients} clients`,
);
const cluster = await Cluster.start();
const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  const results = await measureAll(cluster, folder);
  await mkdir(dirname(given.json), { recursive: true });
  await writeFile(given.json, JSON.stringify({ at: new Date(), machine, options, results }, null, 2));
  await rm(folder, { recursive: true });
  print(`\nAll numbers are in ${given.json}.`);
} finally {
  await cluster.remove();
}
