import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { claim, until } from './claims.mjs';
import { freePort } from './processes.mjs';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
/** Loaded by whoever needs it first, and by no start that chose nothing which needs it. */
const LATER = ['sharp', 'undici', 'nodemailer', '@zxcvbn-ts/language-common', 'yaml', 'ajv'];
/** If these were not seen, the list of what was loaded would say nothing. */
const AT_ONCE = ['@nestjs/core', 'typeorm', 'fastify', 'pg'];
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** Far above what was ever seen, so that it fails because of a leak or a heavy library, and not because of a busy machine. */
const MOST_MIB = 240;
const READY_SECONDS = 40;
const IDLE_MS = { short: 1_000, full: 5_000 };
/** Of /proc on Linux. */
const MS_OF_A_TICK = 10;

/** A process that serves HTTP on a database of its own and carries no messages; one start after the other. */
class Starts {
  log = [];
  losses = [];
  #url;
  #secret = randomBytes(32).toString('base64url');
  #children = [];

  static async open(cluster) {
    const starts = new Starts();
    starts.#url = await cluster.createDatabase();
    return starts;
  }

  /** Answers when it is ready: `{ child, readyMs }`. */
  async start(more = {}) {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      DATABASE_URL: this.#url.href,
      APP_SECRET: this.#secret,
      PUBLIC_URL: `http://localhost:${port}`,
      WORKER: 'separate',
      ...more,
    };
    const began = performance.now();
    const child = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' });
    this.#children.push(child);
    const ready = () => {
      claim(child.exitCode === null, `it ended by itself (${child.exitCode}) before it was ready`);
      return fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await until(ready, { what: 'readiness', seconds: READY_SECONDS });
    return { child, readyMs: performance.now() - began };
  }

  async stop(child) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  close() {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

async function startsSmall(starts, { short }) {
  const loaded = await packagesOfAStart(starts);
  const unseen = AT_ONCE.filter((name) => !loaded.has(name));
  claim(unseen.length === 0, `it is not known what a start loads: not even ${unseen.join(', ')} was seen`);
  const early = LATER.filter((name) => loaded.has(name));
  claim(early.length === 0, `a start loads ${early.join(', ')}, which can wait`);
  return `none of ${LATER.length} packages that can wait is loaded; ${await costOfAStart(starts, short)}`;
}

/** By the list of scripts that V8 makes when it counts what was run. The start migrates the database for the next. */
async function packagesOfAStart(starts) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-scripts-'));
  try {
    const { child } = await starts.start({ NODE_V8_COVERAGE: folder });
    await starts.stop(child);
    const reports = (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')));
    const scripts = (await Promise.all(reports)).flatMap(({ result }) => result.map(({ url }) => url));
    return new Set(scripts.map((url) => PACKAGE.exec(url)?.[1]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** On a database that is migrated already. */
async function costOfAStart(starts, short) {
  const { child, readyMs } = await starts.start();
  const ready = `ready after ${Math.round(readyMs)} ms`;
  if (!existsSync('/proc/self/stat')) return ready;
  const cpuMs = cpuOf(child.pid);
  await pause(IDLE_MS[short ? 'short' : 'full']);
  const mib = residentOf(child.pid);
  claim(mib <= MOST_MIB, `an idle process that serves HTTP has ${mib} MiB in memory`);
  await starts.stop(child);
  return `${ready} with ${cpuMs} ms on processors, idle with ${mib} MiB in memory (Node ${process.versions.node})`;
}

function cpuOf(pid) {
  // Behind the name of the program, which may hold blanks: its 12th and 13th are utime and stime (proc_pid_stat(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_OF_A_TICK;
}

function residentOf(pid) {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(kib / 1024);
}

export const startingProofs = [
  {
    name: 'starts-small',
    open: ({ cluster }) => Starts.open(cluster),
    prove: ({ stage, short }) => startsSmall(stage, { short }),
  },
];
