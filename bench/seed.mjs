import { parseArgs } from 'node:util';
import { seedDatabase, today } from './seed/database.mjs';

// `npm run seed -- postgres://…`: see README.md.
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
  const until = values.until === undefined ? today() : Date.parse(values.until);
  if (!url) throw new Error('Which database? npm run seed -- postgres://user:password@host/name (or DATABASE_URL).');
  if (!Number.isInteger(count) || count < 1) throw new Error('--people is a number of people, such as 1000000.');
  if (Number.isNaN(until)) throw new Error('--until is a date, such as 2026-01-31.');
  return { url, count, until, seed: values.seed, append: values.append };
}

try {
  const { url, ...plan } = read(process.argv.slice(2));
  await seedDatabase(url, plan, console.log);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
