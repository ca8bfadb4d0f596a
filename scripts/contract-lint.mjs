/**
 * Lints openapi.yaml by the recommended rules of Redocly and of Spectral. Warnings fail; what a rule does not fit stands in
 * tools/contract, with the reason beside it. Asks nobody on the network.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { contractTool } from './lib/contract-tools.mjs';

const ROOT = join(import.meta.dirname, '..');
const RULES = join(ROOT, 'tools/contract');
const CONTRACT = join(ROOT, 'openapi.yaml');

const QUIET = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** What a linter says of the contract; its own notes, such as of old versions of Node.js, only when it cannot lint at all. */
function lint(name, ...args) {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [contractTool(name), 'lint', CONTRACT, ...args],
    {
      cwd: RULES,
      env: QUIET,
      encoding: 'utf8',
    },
  );
  if (error) throw error;
  if (stdout.trim() === '') throw new Error(`${name} did not lint:\n${stderr}`);
  return { status, stdout };
}

/** Succeeds also when it warns, so its problems are counted. */
function redocly() {
  const { stdout } = lint('redocly', '--config', join(RULES, 'redocly.yaml'), '--format=json');
  return JSON.parse(stdout).problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`,
  );
}

function spectral() {
  const { status, stdout } = lint('spectral', '--ruleset', join(RULES, 'spectral.yaml'), '--fail-severity=hint');
  return status === 0 ? [] : [stdout];
}

for (const [name, problems] of Object.entries({ redocly: redocly(), spectral: spectral() })) {
  console.log([problems.length === 0 ? `${name}: 0 errors, 0 warnings` : `${name}:`, ...problems].join('\n'));
  if (problems.length > 0) process.exitCode = 1;
}
