import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from '../scripts/lib/built.mjs';
import { fill } from './seed/fill.mjs';

// `npm run seed -- postgres://…`: see README.md.
const DAY_MS = 24 * 3_600_000;
const OPTIONS = {
  people: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  until: { type: 'string' },
  append: { type: 'boolean', default: false },
};

function read(args) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const url = positionals[0] ?? process.env.DATABASE_URL;
  const count = Number(values.people);
  const until = values.until === undefined ? Math.floor(Date.now() / DAY_MS) * DAY_MS : Date.parse(values.until);
  if (!url) throw new Error('Which database? npm run seed -- postgres://user:password@host/name (or DATABASE_URL).');
  if (!Number.isInteger(count) || count < 1) throw new Error('--people is a number of people, such as 1000000.');
  if (Number.isNaN(until)) throw new Error('--until is a date, such as 2026-01-31.');
  return { url, count, until, seed: values.seed, append: values.append };
}

async function seed({ url, ...plan }) {
  ensureBuilt();
  const { migrate } = await import('../dist/src/platform/database/migrate.js');
  const { searchNames } = await import('../dist/src/modules/users/users.service.js');
  await migrate(url);
  const client = new pg.Client({ connectionString: url, application_name: 'latchkey-seed' });
  await client.connect();
  try {
    await fill(client, plan, { searchNames, log: console.log });
  } finally {
    await client.end();
  }
}

try {
  await seed(read(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
