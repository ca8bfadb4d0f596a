import { copyRows } from './copy.mjs';
import { withoutIndexes } from './indexes.mjs';
import { TABLES, tablesOf } from './tables.mjs';

/**
 * Writes the people of a plan (`count`, `seed`, `until` in milliseconds, `append`) and all that is theirs into a migrated
 * database: all of it or nothing; then what the planner needs to know. `log` takes a line for people.
 * @throws {Error} when there are people already and the plan is not to append
 */
export async function fill(client, plan, { searchNames, log }) {
  const skip = await present(client, plan.append);
  await client.query('SET statement_timeout = 0');
  await timed('altogether', log, async () => {
    await client.query('BEGIN');
    // People come to days that were counted before.
    await client.query('DELETE FROM referral_days');
    const write = () => copyAll(client, tablesOf({ ...plan, skip }, searchNames), log);
    if (skip === 0) await withoutIndexes(client, TABLES, write);
    else await write();
    await client.query('COMMIT');
    for (const table of TABLES) await client.query(`VACUUM (ANALYZE) ${table}`);
  });
}

/** How many people are there already; the ones to come are others. */
async function present(client, append) {
  const { rows } = await client.query('SELECT count(*)::int AS people FROM users');
  if (rows[0].people === 0 || append) return rows[0].people;
  throw new Error(
    `There are ${rows[0].people} people in this database. Take an empty one, or add to them by --append.`,
  );
}

async function copyAll(client, tables, log) {
  for (const table of tables) await timed(table.name, log, () => copyRows(client, table));
}

/** Says what was done, how often, and how long it took. */
async function timed(name, log, work) {
  const begun = performance.now();
  const count = await work();
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  log(`${name.padEnd(15)}${count === undefined ? '' : `${count} rows, `}${seconds} s`);
}
