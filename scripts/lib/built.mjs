import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { STAMP } from '../mark-built.mjs';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['src', 'migrations', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];

/** Builds if a source is newer than the build; a build that fails ends the process. */
export function ensureBuilt() {
  if (newestSource() > builtAt()) build();
}

/** An image without sources has nothing newer than its build. */
function newestSource() {
  return Math.max(
    ...SOURCES.map((path) => join(ROOT, path))
      .filter((path) => existsSync(path))
      .map(changedAt),
  );
}

/** Milliseconds; a folder changes when an entry comes or goes, also one that is deleted. */
function changedAt(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return path.endsWith('.spec.ts') ? 0 : stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

function builtAt() {
  return existsSync(STAMP) && existsSync(join(ROOT, 'dist/src/main.js')) ? statSync(STAMP).mtimeMs : 0;
}

function build() {
  console.log('Building (the sources are newer than the build) …');
  const begun = new Date();
  const { status } = spawnSync(process.execPath, [nest(), 'build'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  writeFileSync(STAMP, '');
  // A source that was saved while the compiler ran belongs to the next build.
  utimesSync(STAMP, begun, begun);
}

function nest() {
  try {
    return createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  } catch {
    console.error('Latchkey is not built, and its tools are not installed here: run npm ci first.');
    process.exit(1);
  }
}
