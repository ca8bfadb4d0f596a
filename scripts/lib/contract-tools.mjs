import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../tools/contract');
const INSTALLED = join(FOLDER, 'node_modules/.package-lock.json');
/** npm's own note of what is installed leaves out the root package, and nothing else. */
const ROOT = '';

/**
 * Path of a program of tools/contract, to be run by node; installs them all when they are missing or of another lock.
 * Throws when npm cannot.
 */
export function contractTool(name) {
  if (!upToDate()) install();
  return join(FOLDER, 'node_modules/.bin', name);
}

/** What a package of tools/contract exports to whoever requires it; installs as {@link contractTool} does. */
export function contractPackage(name) {
  if (!upToDate()) install();
  return createRequire(join(FOLDER, 'package.json'))(name);
}

function upToDate() {
  if (!existsSync(INSTALLED)) return false;
  const wanted = packagesOf(join(FOLDER, 'package-lock.json'));
  const installed = packagesOf(INSTALLED);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === ROOT || optional || installed[path]?.version === version,
  );
}

const packagesOf = (lock) => JSON.parse(readFileSync(lock, 'utf8')).packages;

function install() {
  console.error('Installing the tools of tools/contract, once.');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm ci failed in ${FOLDER}`);
}
