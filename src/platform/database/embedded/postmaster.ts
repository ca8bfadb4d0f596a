import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { PLAIN_ENVIRONMENT } from './cluster.js';
import type { Home } from './home.js';
import { endPostmaster } from './processes.js';

const LOG_LINES = 15;
const UNSAFE_BUT_FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

export interface PostmasterOptions {
  readonly durable: boolean;
  readonly logFile: string;
}

/** One running server process, its log, and what ends it when this process is killed. */
export class Postmaster {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lifeline: ChildProcess | undefined,
    readonly port: number,
  ) {}

  /** Starts PostgreSQL on a free port of 127.0.0.1; it is not ready yet. */
  static async spawn(home: Home, options: PostmasterOptions): Promise<Postmaster> {
    const port = await freePort();
    await rm(options.logFile, { force: true }); // Another user's, perhaps.
    const log = await open(options.logFile, 'wx', 0o600);
    try {
      // In a process group of its own: Ctrl-C in the terminal is for node, which then finishes its requests first.
      const child = spawn(home.programs.postgres, parameters(home.data, port, options.durable), {
        ...home.account,
        cwd: home.base,
        env: PLAIN_ENVIRONMENT,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      await once(child, 'spawn');
      child.unref();
      return new Postmaster(child, holdLifeline(child, home), port);
    } finally {
      await log.close();
    }
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  onExit(listener: () => void): void {
    this.child.once('exit', listener);
  }

  async end(): Promise<void> {
    if (!this.hasEnded && this.child.pid !== undefined) await endPostmaster(this.child.pid);
    this.lifeline?.kill('SIGKILL');
  }
}

/** The last lines of a log, for whoever must find out why it did not start. */
export async function endOfLog(path: string): Promise<string> {
  try {
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    return lines.slice(-LOG_LINES).join('\n');
  } catch {
    return '';
  }
}

function parameters(data: string, port: number, durable: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    `max_connections=${durable ? 200 : 300}`,
    'timezone=UTC',
    'log_timezone=UTC',
    // A failed statement in the log could show phone numbers.
    'log_min_error_statement=panic',
    ...(durable ? [] : UNSAFE_BUT_FAST),
  ];
  return ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
}

/**
 * A shell that waits for the end of its input, which comes when this process ends, also by kill -9, and then shuts
 * PostgreSQL down.
 */
function holdLifeline(postmaster: ChildProcess, home: Home): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const shell = spawn('/bin/sh', ['-c', 'read _; kill -INT "$1"', 'lifeline', String(postmaster.pid)], {
    ...home.account,
    cwd: home.base,
    env: PLAIN_ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it a killed process leaves a server behind, which the next start stops.
  shell.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
