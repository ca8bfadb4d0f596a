import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/built.mjs';

// `npm run limits` writes docs/limits.md from the configuration; with --check it fails where the two differ.
const FILE = join(import.meta.dirname, '../docs/limits.md');

const GROUPS = [
  ['SMS_', 'What SMS may cost'],
  ['LIMIT_CODE_GAP|LIMIT_CODES_PER_(CONTACT|KNOWN|NETWORK|BLOCK)|LIMIT_LIVE', 'Asking for codes'],
  ['LIMIT_BREAKER|LIMIT_CODES_PER_PAUSED', 'Number blocks that hardly ever answer'],
  ['LIMIT_CODE_ATTEMPTS|LIMIT_WRONG|LIMIT_LONGER', 'Typing codes'],
  ['LIMIT_PASSWORDS', 'Typing passwords'],
  ['LIMIT_(UNKNOWN_)?INVITE', 'Invite codes'],
  ['', 'Anything else'],
];

const HEAD = `# Limits

This page is made from the configuration (\`npm run limits\`), so it cannot differ from it. Each limit is an environment variable;
what is not set has the value of the second column, and what is set must be within the range of the third. None can be turned off.

Limits are counted in PostgreSQL and hold for all replicas together. Those "in an hour" and "in a day" slide: they look back from
now; the budget alone goes by hours and days of UTC. A network is an IPv4 /24 or an IPv6 /64. A code counts as unanswered until the
right one is typed for its challenge: then all its messages are given back to these limits, and none to the budget. What certainly
reached nobody is given back to both; to these limits not where the provider refused that very message. Who is over one limit uses up
no other.
`;

const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');

const row = ([name, { usual, least, most, about }]) =>
  `| \`${name}\` | ${number(usual)} | ${number(least)} to ${number(most)} | ${about} |`;

function section([, title], rows) {
  return `\n## ${title}\n\n| variable | default | range | what it bounds |\n| --- | --- | --- | --- |\n${rows.map(row).join('\n')}\n`;
}

function pageOf(limits) {
  const groupOf = (name) => GROUPS.findIndex(([pattern]) => new RegExp(`^(${pattern})`).test(name));
  const rowsOf = (index) => Object.entries(limits).filter(([name]) => groupOf(name) === index);
  const sections = GROUPS.map((group, index) => [group, rowsOf(index)]).filter(([, rows]) => rows.length > 0);
  return HEAD + sections.map(([group, rows]) => section(group, rows)).join('');
}

ensureBuilt();
const { LIMITS } = await import('../dist/src/config/limits.js');
const page = pageOf(LIMITS);
if (!process.argv.includes('--check')) writeFileSync(FILE, page);
else if (existsSync(FILE) && readFileSync(FILE, 'utf8') === page)
  console.log('docs/limits.md is in step with the code');
else {
  console.error('docs/limits.md differs from src/config/limits.ts: run "npm run limits", and review the difference');
  process.exitCode = 1;
}
