import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from '../scripts/lib/built.mjs';
import { copyRows, timestamp } from './seed/copy.mjs';
import { withoutIndexes } from './seed/indexes.mjs';
import { people, sessionsOf } from './seed/people.mjs';
import { randomOf } from './seed/random.mjs';
import { inviteCodes, phones } from './seed/unique.mjs';

// `npm run seed -- postgres://…`: see README.md.
const DAY_MS = 24 * 3_600_000;
const TABLES = ['users', 'referral_links', 'sessions'];
const OPTIONS = {
  people: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  until: { type: 'string' },
  append: { type: 'boolean', default: false },
};
const PEOPLE = `id, phone, email, username, first_name, last_name, search_name, search_name_reversed, city, telegram_id, locale, role,
  status, blocked_reason, created_at`;
const SESSIONS = `id, user_id, seed, counter, user_agent, masked_address, created_at, authenticated_at, last_seen_at,
  idle_expires_at, absolute_expires_at, ended_at, end_reason`;

const columnsOf = (list) => list.split(/,\s*/);

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

async function seed({ url, append, ...plan }) {
  ensureBuilt();
  const { migrate } = await import('../dist/src/platform/database/migrate.js');
  await migrate(url);
  const client = new pg.Client({ connectionString: url, application_name: 'latchkey-seed' });
  await client.connect();
  try {
    await fill(client, { ...plan, skip: await present(client, append), made: [] });
  } finally {
    await client.end();
  }
}

/** How many people are there already; the ones to come are others. */
async function present(client, append) {
  const { rows } = await client.query('SELECT count(*)::int AS people FROM users');
  if (rows[0].people === 0 || append) return rows[0].people;
  throw new Error(
    `There are ${rows[0].people} people in this database. Take an empty one, or add to them by --append.`,
  );
}

/** All of it or nothing; then what the planner needs to know. */
async function fill(client, plan) {
  await client.query('SET statement_timeout = 0');
  await timed('altogether', async () => {
    await client.query('BEGIN');
    if (plan.skip === 0) await withoutIndexes(client, TABLES, () => copyAll(client, plan));
    else await copyAll(client, plan);
    await client.query('COMMIT');
    for (const table of TABLES) await client.query(`VACUUM (ANALYZE) ${table}`);
  });
}

async function copyAll(client, plan) {
  for (const [table, rows] of Object.entries(await rowsOf(plan))) {
    await timed(table, () => copyRows(client, table, rows));
  }
}

/** Says what was done, how often, and how long it took. */
async function timed(name, work) {
  const begun = performance.now();
  const count = await work();
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(`${name.padEnd(15)}${count === undefined ? '' : `${count} rows, `}${seconds} s`);
}

async function rowsOf(plan) {
  const { searchNames } = await import('../dist/src/modules/users/users.service.js');
  return {
    users: { columns: columnsOf(PEOPLE), rows: peopleRows(plan, searchNames) },
    referral_links: { columns: ['code', 'user_id', 'created_at'], rows: linkRows(plan) },
    sessions: { columns: columnsOf(SESSIONS), rows: sessionRows(plan) },
  };
}

/** Remembers in `plan.made` who was made: the other tables are about them. */
function* peopleRows(plan, searchNames) {
  const numbers = phones(plan.skip);
  for (const person of people(plan)) {
    plan.made.push({ id: person.id, number: person.number, createdAt: person.createdAt });
    const { value: phone } = numbers.next();
    const { searchName, searchNameReversed } = searchNames(person.firstName, person.lastName);
    yield [
      ...[person.id, phone, person.email, person.username, person.firstName, person.lastName],
      ...[searchName, searchNameReversed, person.city, person.telegramId, person.locale],
      ...[person.role, person.status, person.blockedReason, timestamp(person.createdAt)],
    ];
  }
}

function* linkRows(plan) {
  const codes = inviteCodes(plan.skip);
  for (const { id, createdAt } of plan.made) yield [codes.next().value, id, timestamp(createdAt)];
}

function* sessionRows(plan) {
  const random = randomOf(`sessions ${plan.seed} ${plan.skip}`);
  for (const person of plan.made) {
    for (const session of sessionsOf(person, { random, until: plan.until })) {
      yield [
        ...[session.id, session.userId, `\\x${session.seed}`, session.counter],
        ...[session.userAgent, session.maskedAddress],
        ...[session.openedAt, session.openedAt, session.seenAt].map(timestamp),
        ...[session.idleExpiresAt, session.absoluteExpiresAt, session.endedAt].map(timestamp),
        session.endReason,
      ];
    }
  }
}

try {
  await seed(read(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
