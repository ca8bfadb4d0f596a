/** Fails when the committed openapi.yaml is not what the built application says of itself, and shows the difference. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const CONTRACT = 'openapi.yaml';
const CLI = 'dist/src/cli.js';
const PLENTY = 64 * 1024 * 1024;

function documentOfBuild() {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "npm run build" first`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'openapi'], {
    encoding: 'utf8',
    maxBuffer: PLENTY,
  });
  if (status !== 0) throw new Error(`${CLI} openapi failed:\n${stderr}`);
  return stdout;
}

/** A unified diff; where git is missing, the first line that differs. */
function difference(committed, built) {
  const git = spawnSync('git', ['diff', '--no-index', '--no-color', '--', CONTRACT, '-'], {
    input: built,
    encoding: 'utf8',
    maxBuffer: PLENTY,
  });
  if (git.stdout) return git.stdout;
  const lines = built.split('\n');
  const at = committed.split('\n').findIndex((line, index) => line !== lines[index]);
  return `first difference in line ${at + 1}, where the build says:\n${lines[at] ?? '(nothing)'}`;
}

function check() {
  const built = documentOfBuild();
  const committed = existsSync(CONTRACT) ? readFileSync(CONTRACT, 'utf8') : '';
  if (built === committed) return console.log(`${CONTRACT} is in step with the code`);
  console.error(difference(committed, built));
  console.error(
    `${CONTRACT} differs from the code: run "npm run openapi", and review the difference as a change of the contract`,
  );
  process.exitCode = 1;
}

try {
  check();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
