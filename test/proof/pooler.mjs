import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from './claims.mjs';
import { freePort } from './processes.mjs';

const SETTINGS = join(import.meta.dirname, '../../ops/pgbouncer.ini');
/** PgBouncer keeps track of prepared statements from this version on. */
const OLDEST = [1, 21];

/** The program of a PgBouncer that is new enough; undefined where there is none. */
export function findPooler() {
  const program = process.env.PGBOUNCER ?? 'pgbouncer';
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [major, minor] = (/PgBouncer (\d+)\.(\d+)/.exec(stdout ?? '') ?? []).slice(1).map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNewEnough ? { program, version: `${major}.${minor}` } : undefined;
}

/** PgBouncer with the settings that operators are given, but for addresses and passwords, before one database. */
export class Pooler {
  /** Of the same database through the pooler. */
  url;
  #child;
  #folder;

  /** @param database the URL of the database; @param connections how many it may hold to PostgreSQL */
  static async start(database, connections) {
    const pooler = new Pooler();
    pooler.url = new URL(database);
    pooler.url.port = String(await freePort());
    pooler.#folder = await mkdtemp(join(tmpdir(), 'latchkey-pooler-'));
    await chmod(pooler.#folder, 0o755);
    const file = join(pooler.#folder, 'pgbouncer.ini');
    await writeFile(file, settings(await readFile(SETTINGS, 'utf8'), { database, connections, port: pooler.url.port }));
    const account = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
    const { program } = findPooler();
    pooler.#child = spawn(program, ['--quiet', ...account, file], { stdio: 'ignore' });
    await until(() => pooler.value('SELECT 1').catch(() => undefined), { what: 'the pooler' });
    return pooler;
  }

  /** The single value that a query answers through it. */
  async value(text) {
    const client = new pg.Client({ connectionString: this.url.href });
    // A connection that is cut; the query says so.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query(text);
      return Object.values(rows[0])[0];
    } finally {
      await client.end();
    }
  }

  async close() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }
}

function settings(text, { database, connections, port }) {
  const { hostname, port: server, pathname, username, password } = new URL(database);
  const target = `${pathname.slice(1)} = host=${hostname} port=${server} user=${username} password='${decodeURIComponent(password)}'`;
  return text
    .replace(/^latchkey = host=\S+ port=\d+/m, target)
    .replace(/^listen_addr = .*/m, 'listen_addr = 127.0.0.1')
    .replace(/^listen_port = .*/m, `listen_port = ${port}`)
    .replace(/^auth_type = .*/m, 'auth_type = any')
    .replace(/^auth_file = .*\n/m, '')
    .replace(/^default_pool_size = .*/m, `default_pool_size = ${connections}`);
}
