/** Fails when the last run of the tests has not seen every answer that openapi.yaml lists: each operation, status and problem code. */
import { documentedAnswers, seenAnswers } from './lib/contract-coverage.mjs';

const documented = documentedAnswers();
const all = documented.flatMap(({ answers }) => answers);
const seen = seenAnswers();
const missing = all.filter((answer) => !seen.has(answer));
const unknown = [...seen].filter((answer) => !all.includes(answer));

function table() {
  const rows = documented.map(({ operation, route, answers }) => {
    const exercised = answers.filter((answer) => seen.has(answer)).length;
    return [`${exercised}/${answers.length}`, operation, route];
  });
  const width = Math.max(...rows.map(([, operation]) => operation.length));
  return rows.map(([counts, operation, route]) => `${counts.padStart(6)}  ${operation.padEnd(width)}  ${route}`);
}

function list(title, answers) {
  if (answers.length > 0) console.error([`\n${title}:`, ...answers.map((answer) => `  ${answer}`)].join('\n'));
}

console.log(table().join('\n'));
console.log(`\n${all.length - missing.length} of ${all.length} documented answers were exercised.`);
list('Documented, and never seen (operation, status, code)', missing);
list('Seen, and not documented', unknown);
if (seen.size === 0) console.error('\nNo run is on record: run npm test first.');
process.exitCode = seen.size > 0 && missing.length === 0 && unknown.length === 0 ? 0 : 1;
