import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

/** The oldest version that the service runs on, where Debian's packages put it; with its `pg_dump`, which the embedded one lacks. */
const BIN = '/usr/lib/postgresql/15/bin';
const ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };

const run = promisify(execFile);

/** A PostgreSQL 15 of the machine's own, in a folder that goes when it stops. */
export class DebianPostgres {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly server: ChildProcess,
  ) {}

  /** Undefined where there is none. */
  static async start(): Promise<DebianPostgres | undefined> {
    if (!existsSync(join(BIN, 'pg_dump'))) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-15-'));
    const account = accountOfPostgres();
    if (account) await chown(folder, account.uid, account.gid);
    await chmod(folder, 0o700);
    const how = { ...account, cwd: '/', env: ENV };
    await run(join(BIN, 'initdb'), ['-D', folder, '-U', 'latchkey', '-A', 'trust', '-E', 'UTF8', '--no-sync'], how);
    const port = await freePort();
    const settings = ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'];
    const server = spawn(join(BIN, 'postgres'), ['-D', folder, '-p', String(port), ...settings], {
      ...how,
      stdio: 'ignore',
    });
    const postgres = new DebianPostgres(folder, port, server);
    await eventually(() => postgres.tool('psql', postgres.url('postgres'), '-c', 'SELECT 1'));
    return postgres;
  }

  url(database: string): string {
    return `postgres://latchkey@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs one of its programs, as operators do; answers what it prints. */
  async tool(name: string, ...args: string[]): Promise<string> {
    return (await run(join(BIN, name), args, { env: ENV, maxBuffer: 1 << 26 })).stdout;
  }

  async stop(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill('SIGQUIT');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses root. */
function accountOfPostgres(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
