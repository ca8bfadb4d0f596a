import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyPrograms, installedPrograms, obstacleTo, type Account, type Programs } from './binaries.js';

/** Where an embedded PostgreSQL lives, and as whom. */
export interface Home {
  readonly programs: Programs;
  /** Undefined: the user of this process. */
  readonly account: Account | undefined;
  /** Holds `data` and what is under construction; the account may enter it. */
  readonly base: string;
  /** The cluster; need not exist yet. */
  readonly data: string;
}

/** Where a system keeps the state of its services; /var/tmp is second choice because old files are cleaned away there. */
const STATE_FOLDERS = ['/var/lib', '/var/tmp'];

/**
 * Settles where PostgreSQL can run for the project folder `folder`.
 *
 * PostgreSQL refuses to work as root, so root lends it to `postgres` or `nobody`. When these cannot enter the
 * project (it lies below /root, say), programs and data move to folders named after the project.
 * @param key tells this `folder` from one made anew at the same path, whose password would not fit the data.
 */
export async function findHome(folder: string, key: string): Promise<Home> {
  const place = await realpath(folder);
  const programs = await installedPrograms();
  if (process.getuid?.() !== 0) {
    refuseUnless(programs, undefined);
    return { programs, account: undefined, base: place, data: join(place, 'data') };
  }
  const account = (await ownerOf(join(place, 'data'))) ?? (await serviceAccount());
  const base = canEnter(place, account) ? place : await stateFolder(`${place}\0${key}`, account);
  const runnable = obstacleTo(programs.postgres, account) === undefined;
  const reachable = runnable
    ? programs
    : await copyPrograms(programs, await stateFolder(dirname(programs.postgres), account));
  refuseUnless(reachable, account);
  return { programs: reachable, account, base, data: join(base, 'data') };
}

function refuseUnless(programs: Programs, account: Account | undefined): void {
  const obstacle = obstacleTo(programs.postgres, account);
  if (obstacle === undefined) return;
  throw new Error(
    `The PostgreSQL that npm installed cannot run here (${obstacle}): set DATABASE_URL to a server of yours.`,
  );
}

/** Data made by an ordinary user stays with that user when root starts later. */
async function ownerOf(data: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(data);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** Users are taken as found, never made. */
async function serviceAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody: start as an ordinary user.',
  );
}

function canEnter(folder: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;
}

/** A folder of root's outside the project that the account may pass through. */
async function stateFolder(purpose: string, account: Account): Promise<string> {
  const parent = STATE_FOLDERS.find((folder) => canEnter(folder, account)) ?? '/var/tmp';
  const path = join(parent, `latchkey-${createHash('sha256').update(purpose).digest('hex').slice(0, 12)}`);
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) await chmod(path, 0o711);
  const found = await lstat(path);
  // Somebody else could have put it there, with programs of their own inside.
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return path;
  throw new Error(`${path} is not a folder that only root may write to: remove it and start again.`);
}
