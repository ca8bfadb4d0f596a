import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from '../scripts/lib/built.mjs';
import { signIn, UNTIMED } from './load/flow.mjs';
import { Gateway } from './load/gateway.mjs';
import { closedLoop } from './load/loops.mjs';
import { aligned } from './report.mjs';
import { Latchkey } from './systems/latchkey.mjs';

// `npm run bench:endurance`: what so many sign-ins as fast as they go leave in the tables; see README.md.
const OPTIONS = {
  flows: { type: 'string', default: '1000000' },
  clients: { type: 'string', default: '32' },
  json: { type: 'string', default: 'reports/endurance.json' },
};
const PARTS = 10;
const SAMPLE_MS = 5_000;
const MIB = 2 ** 20;

const TABLES = `SELECT relname AS name, n_live_tup::float8 AS live, n_dead_tup::float8 AS dead, (autovacuum_count + vacuum_count)::int AS vacuums,
  pg_table_size(relid)::float8 AS heap, pg_indexes_size(relid)::float8 AS indexes FROM pg_stat_user_tables ORDER BY 1`;

const { values } = parseArgs({ options: OPTIONS });
const [flows, clients] = [Number(values.flows), Number(values.clients)];
const print = (text) => process.stdout.write(`${text}\n`);

ensureBuilt();
// Not before the build: it imports from there.
const { Cluster } = await import('../test/proof/cluster.mjs');

async function measure(cluster, folder) {
  const gateway = await Gateway.start();
  const database = await cluster.createDatabase();
  const system = await Latchkey.start({ database, gateway, connections: 2 * clients, folder });
  const client = new pg.Client({ connectionString: database.href });
  await client.connect();
  try {
    return await inParts({ system, gateway, tables: async () => (await client.query(TABLES)).rows });
  } finally {
    await client.end();
    await system.close();
    await gateway.close();
  }
}

async function inParts(stage) {
  const parts = [{ perSecond: 0, tables: await stage.tables(), worst: new Map() }];
  print(`${flows} sign-ins in ${PARTS} parts, ${clients} clients; table and index MiB, most dead rows seen`);
  while (parts.length <= PARTS) {
    parts.push(await onePart(stage));
    print(`part ${parts.length - 1}: ${JSON.stringify(brief(parts.at(-1)))}`);
  }
  return parts;
}

/** A tenth of all sign-ins; tables are looked at while they are under way, for the most dead rows each ever has. */
async function onePart({ system, gateway, tables }) {
  const worst = new Map();
  let begun = 0;
  const sampling = setInterval(() => void tables().then((all) => all.forEach((one) => note(worst, one))), SAMPLE_MS);
  const run = await closedLoop({ clients, seconds: Infinity }, async () => {
    if ((begun += 1) > flows / PARTS) return false;
    await signIn({ system, gateway }, UNTIMED);
    return true;
  });
  clearInterval(sampling);
  return { perSecond: run.perSecond, failed: run.failed, tables: await tables(), worst };
}

function note(worst, { name, dead }) {
  worst.set(name, Math.max(worst.get(name) ?? 0, dead));
}

function brief({ perSecond, failed, tables }) {
  const bytes = tables.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0);
  return { perSecond: Math.round(perSecond), failed, MiB: Math.round(bytes / MIB) };
}

/** One line a table: how large it is after each part, and the most dead rows it had in each. */
function tableOf(parts) {
  const names = parts[0].tables.map(({ name }) => name);
  const of = (name, part) => part.tables.find((table) => table.name === name);
  const lines = names.map((name) => [
    name,
    String(of(name, parts.at(-1)).live),
    parts.map((part) => sizeOf(of(name, part))).join(' '),
    parts
      .slice(1)
      .map(({ worst }) => worst.get(name) ?? 0)
      .join(' '),
    String(of(name, parts.at(-1)).vacuums),
  ]);
  const changed = lines.filter(([, live, , dead]) => Number(live) > 0 || /[1-9]/.test(dead));
  return aligned([['table', 'rows', 'MiB after each part', 'most dead rows in each', 'vacuumed'], ...changed]);
}

const sizeOf = ({ heap, indexes }) => ((heap + indexes) / MIB).toFixed(1);

const cluster = await Cluster.start();
const folder = await mkdtemp(join(tmpdir(), 'latchkey-endurance-'));
try {
  const parts = await measure(cluster, folder);
  await mkdir(dirname(values.json), { recursive: true });
  const written = parts.map((part) => ({ ...part, worst: Object.fromEntries(part.worst) }));
  await writeFile(
    values.json,
    JSON.stringify({ at: new Date(), node: process.version, flows, parts: written }, null, 2),
  );
  print(`\n${tableOf(parts)}`);
  await rm(folder, { recursive: true });
} finally {
  await cluster.remove();
}
