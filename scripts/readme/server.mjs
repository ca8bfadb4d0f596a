import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../test/proof/processes.mjs';
import { createTestDatabase } from '../../test/support/database.ts';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
const LAST_LINE = 'Ctrl-C stops it.';

/**
 * The built server with what `npm start` would have made for itself, a database and a secret, and nothing else set but a port that is free.
 * `greeting` is what it printed, `env` what commands beside it need.
 */
export async function startAsByHand() {
  const database = await createTestDatabase();
  const port = String(await freePort());
  const env = { DATABASE_URL: database.url, APP_SECRET: randomBytes(32).toString('base64url'), PORT: port };
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    await database.drop();
  };
  const greeting = await greetingOf(child).catch((error) => stop().then(() => Promise.reject(error)));
  return { origin: `http://localhost:${port}`, env, greeting, stop };
}

/** All lines until it listens; those that come later are read and dropped, so that it never waits for us. */
async function greetingOf(child) {
  const lines = [];
  const reader = createInterface(child.stdout);
  await new Promise((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line);
      if (line === LAST_LINE) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${lines.join('\n')}`)));
  });
  return lines.slice();
}
