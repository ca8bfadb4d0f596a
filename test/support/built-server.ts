import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadConfig } from '../../src/config/env.js';
import type { Overrides, TestApp } from './app.js';
import { reachedBy } from './app-database.js';
import { TestClock } from './clock.js';
import { adminPool, createTestDatabase } from './database.js';
import { freePort } from './free-port.js';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
/** Ends the server when its starter was killed: the channel between them closes. */
const ENDS_WITH_STARTER = 'data:text/javascript,process.on("disconnect",()=>process.exit(1))';
/** What the server prints once it listens. */
const READY = / is ready\.$/;

/**
 * The built server in a process of its own, on a database of its own, at http://localhost: for browsers. Otherwise like what
 * `startTestApp` gives, except that messages take the time that the console provider takes.
 */
export async function startBuiltServer(overrides: Overrides = {}): Promise<TestApp> {
  if (!existsSync(MAIN)) throw new Error('There is no built server: run npm run build first.');
  const database = await createTestDatabase();
  const url = `http://localhost:${await freePort()}`;
  const env = environment(url, { DATABASE_URL: database.url, ...overrides });
  const lines: string[] = [];
  const child = await start(env, lines);
  const admin = adminPool(database.url);
  const clock = new TestClock(admin);
  return {
    url,
    config: loadConfig(env),
    clock,
    database,
    lines,
    ...reachedBy(admin, clock, true),
    close: async () => {
      await kill(child);
      await admin.end();
      await database.drop();
    },
  };
}

function environment(url: string, overrides: Overrides): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    APP_SECRET: 'a7Vq2Lw9Zk4Xs1Rt6Np3Mc8Yb5Hd0Jf7Gu2',
    SMS_DAILY_BUDGET: '1000000',
    // So that each browser has an address of its own, by X-Forwarded-For.
    TRUSTED_PROXIES: '127.0.0.1',
    ...overrides,
  };
}

/** Answers when it listens. @param lines takes all that it prints */
async function start(env: NodeJS.ProcessEnv, lines: string[]): Promise<ChildProcess> {
  const args = ['--import', ENDS_WITH_STARTER, MAIN];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of streams) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (READY.test(line)) resolve();
      });
    }
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${lines.join('\n')}`)));
  });
  await ready;
  child.on('exit', (code, signal) => sayHowItEnded(`${code ?? signal}`, lines));
  return child;
}

/** Tests only see that nothing answers any more. */
function sayHowItEnded(how: string, lines: readonly string[]): void {
  process.stderr.write(
    `The server ended by ${how} while it was needed. It had printed:\n${lines.slice(-40).join('\n')}\n`,
  );
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.removeAllListeners('exit').kill('SIGKILL');
  await once(child, 'exit');
}
