import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SHUTDOWN_MS = 10_000;
const KILL_MS = 5_000;
const POLL_MS = 20;

/**
 * Notes this process as the one that runs PostgreSQL in `folder`.
 * @throws {Error} one sentence, when the process noted before is alive.
 */
export async function claimFolder(folder: string): Promise<void> {
  const path = starterFile(folder);
  const [pid = '', ...birth] = (await textOf(path)).trim().split(' ');
  const running = pid !== '' && birthOf(Number(pid)) === birth.join(' ');
  if (running) {
    throw new Error(
      `Latchkey is already running from this folder (process ${pid}): stop it first, or set DATABASE_URL to use another database.`,
    );
  }
  await rm(path, { force: true });
  await writeFile(path, `${process.pid} ${birthOf(process.pid) ?? ''}\n`, { flag: 'wx' });
}

/** Takes the note back, unless it is another process's: the folder may have been deleted and claimed anew meanwhile. */
export async function releaseFolder(folder: string): Promise<void> {
  const path = starterFile(folder);
  const [pid] = (await textOf(path)).split(' ');
  if (Number(pid) === process.pid) await rm(path, { force: true });
}

/** Ends the postmaster that a killed starter left on `data`, and forgets a pid file that no postmaster stands behind. */
export async function endLeftover(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await textOf(path), 10);
  // After a reboot or in a new container the number may belong to anybody, even to another PostgreSQL.
  if (pid > 0 && isPostmasterOf(pid, data)) await endPostmaster(pid);
  await rm(path, { force: true });
}

/** Fast shutdown: sessions are cut, what was committed is safe. A postmaster that hangs is killed. */
export async function endPostmaster(pid: number): Promise<void> {
  sendSignal(pid, 'SIGINT');
  if (await endsWithin(pid, SHUTDOWN_MS)) return;
  sendSignal(pid, 'SIGKILL');
  await endsWithin(pid, KILL_MS);
}

function starterFile(folder: string): string {
  return join(folder, 'starter.pid');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Tells a process from a later one with the same number; empty where the system does not say; undefined when it has ended. */
function birthOf(pid: number): string | undefined {
  if (!sendSignal(pid, 0)) return undefined;
  const stat = procFile(pid, 'stat');
  if (stat === undefined) return ps(pid, 'lstart=');
  // proc(5): the state follows the parenthesised name, which may itself hold spaces and parentheses; the start time is 19 fields on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

/** Whether a process is the PostgreSQL server that works on `data`. */
export function isPostmasterOf(pid: number, data: string): boolean {
  if (birthOf(pid) === undefined) return false;
  if (process.platform === 'win32') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    // No /proc, or a container where root may not look: the command line names the folder too.
    return (procFile(pid, 'cmdline') ?? ps(pid, 'command=')).includes(data);
  }
}

function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** @returns whether such a process exists; signal 0 only asks. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (birthOf(pid) !== undefined) {
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}
