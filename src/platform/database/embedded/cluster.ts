import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.js';

export const SUPERUSER = 'latchkey';

/** Locale and case rules come from PostgreSQL itself, so that every machine sorts and lowers alike. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** What programs of PostgreSQL see of our environment: none of its PG… variables, no language. */
export const PLAIN_ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };

/**
 * Makes the cluster when there is none: SCRAM passwords only, one superuser. It is built under another name and
 * renamed, so that one broken off half-way is never mistaken for a whole one.
 */
export async function ensureCluster(home: Home, password: string, durable: boolean): Promise<void> {
  await removeUnfinished(home.base);
  if (await exists(home.data)) return;
  const site = await mkdtemp(join(home.base, 'init-'));
  try {
    await prepareSite(site, home, password);
    await runInitdb(site, home, durable);
    await rename(join(site, 'data'), home.data);
  } finally {
    await rm(site, { recursive: true, force: true });
  }
}

async function prepareSite(site: string, home: Home, password: string): Promise<void> {
  await writeFile(join(site, 'password'), password, { mode: 0o600 });
  if (home.account === undefined) return;
  await chown(join(site, 'password'), home.account.uid, home.account.gid);
  await chown(site, home.account.uid, home.account.gid);
}

async function runInitdb(site: string, home: Home, durable: boolean): Promise<void> {
  const options = [`--pgdata=${join(site, 'data')}`, `--username=${SUPERUSER}`, `--pwfile=${join(site, 'password')}`];
  const initdb = spawn(
    home.programs.initdb,
    [...options, '--auth=scram-sha-256', ...LOCALE, ...(durable ? [] : ['--no-sync'])],
    { ...home.account, cwd: home.base, env: PLAIN_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  initdb.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code, signal] = (await once(initdb, 'close')) as [number | null, NodeJS.Signals | null];
  if (code === 0) return;
  throw new Error(`PostgreSQL could not make its data folder in ${home.base}: ${signal ?? complaint.trim()}`);
}

async function removeUnfinished(base: string): Promise<void> {
  const left = (await readdir(base)).filter((name) => name.startsWith('init-'));
  // An initdb whose starter was killed may still be writing; it fails soon after its folder is gone.
  for (const name of left) await rm(join(base, name), { recursive: true, force: true, maxRetries: 10 });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
