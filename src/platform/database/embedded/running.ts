import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPostmasterOf } from './processes.js';

/** Lines of postmaster.pid, counted from 0 (PostgreSQL, src/include/utils/pidfile.h). */
const PID = 0;
const PORT = 3;
const STATUS = 7;

/** The port of the server that works on `data`, started by whomever; undefined when there is none, or none that is ready. */
export async function portOfRunning(data: string): Promise<number | undefined> {
  const lines = (await textOf(join(data, 'postmaster.pid'))).split('\n').map((line) => line.trim());
  const pid = Number(lines[PID]);
  const ready = lines[STATUS] === 'ready' && pid > 0 && isPostmasterOf(pid, data);
  return ready ? Number(lines[PORT]) : undefined;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
