import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/**
 * A process of a system under test, which writes to a file as a service does; its environment is this one and nothing else.
 * @param args of Node.js, the program first
 */
export function start(args, { env, log }) {
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', file, file, 'ipc'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
