import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/platform/database/embedded-postgres.js';

/** A PostgreSQL of the proofs' own that keeps its promises through a crash, in a folder that goes when they end. */
export class Cluster {
  #folder;
  #server;
  #data;
  #frozen = [];
  #databases = 0;

  static async start() {
    const cluster = new Cluster();
    cluster.#folder = await mkdtemp(join(tmpdir(), 'latchkey-proof-'));
    // PostgreSQL refuses root and runs as another user then, who must be able to pass.
    if (process.getuid?.() === 0) await chmod(cluster.#folder, 0o711);
    await cluster.resume();
    const [{ data_directory }] = await query(cluster.#server.url, 'SHOW data_directory');
    cluster.#data = data_directory;
    return cluster;
  }

  get port() {
    return Number(new URL(this.#server.url).port);
  }

  /** Makes an empty database and answers its URL. */
  async createDatabase() {
    const name = `proof_${(this.#databases += 1)}`;
    await query(this.#server.url, `CREATE DATABASE ${name}`);
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url;
  }

  /** Shuts the server down; connections are cut, the data stays. */
  async pause() {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** Starts the server on its data again, on another port. */
  async resume() {
    this.#server = await startEmbeddedPostgres({ folder: this.#folder, log: () => undefined });
  }

  /**
   * Kills one process of the server: all of them end and it recovers from its log, as after a crash. What was committed
   * without waiting for the disk may be lost. Answers when their connections are cut.
   */
  async crash() {
    const [victim, witness] = [await connect(this.#server.url), await connect(this.#server.url)];
    const ended = new Promise((resolve) => witness.once('end', resolve));
    const { rows } = await victim.query('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0].pid, 'SIGKILL');
    await ended;
  }

  /** Stops every process of the server where it is, until {@link thaw}: its port still takes connections. */
  async freeze() {
    const pids = (await query(this.#server.url, 'SELECT pid FROM pg_stat_activity')).map(({ pid }) => pid);
    // First the one that would start others.
    this.#frozen = [await this.postmasterPid(), ...pids];
    for (const pid of this.#frozen) signal(pid, 'SIGSTOP');
  }

  /** The process that all others of the server are children of. */
  async postmasterPid() {
    return Number((await readFile(join(this.#data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  thaw() {
    for (const pid of this.#frozen) signal(pid, 'SIGCONT');
    this.#frozen = [];
  }

  /** Whether the server takes connections. */
  async answers() {
    return query(this.#server.url, 'SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async remove() {
    this.thaw();
    await this.pause();
    for (const folder of [this.#data, this.#folder]) {
      if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** To a process that may have ended meanwhile. */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function query(url, text) {
  const client = await connect(url);
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  // A connection that is cut; the call that needs it says so.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
