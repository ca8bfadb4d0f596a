import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded-postgres.js';
import { copyPrograms, installedPrograms, obstacleTo } from '../../src/platform/database/embedded/binaries.js';
import { loadOrCreateSecrets } from '../../src/platform/database/embedded/secrets.js';
import { eventually } from '../support/eventually.js';

// Each starts a PostgreSQL, some of them several times, which takes its time on a busy machine.
jest.setTimeout(60_000);

const TYPESCRIPT = pathToFileURL(join(import.meta.dirname, '../support/typescript.mjs')).href;
const MODULE = pathToFileURL(join(import.meta.dirname, '../../src/platform/database/embedded-postgres.ts')).href;

const log: string[] = [];
const start = (at: string) => startEmbeddedPostgres({ folder: at, log: (line) => log.push(line) });

async function query(server: Pick<EmbeddedPostgres, 'url'>, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** Another node that starts PostgreSQL from the same folder and stays. */
async function startElsewhere(folder: string) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(MODULE)});
    await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, log: () => undefined });
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const node = spawn(process.execPath, ['--import', TYPESCRIPT, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(node.stdout, 'data');
  const ended = once(node, 'exit');
  const kill = async () => {
    node.kill('SIGKILL');
    await ended;
  };
  return { pid: node.pid, kill };
}

describe('The embedded PostgreSQL', () => {
  let parent: string;
  let folder: string;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'latchkey-embedded-'));
    await chmod(parent, 0o711);
    folder = join(parent, '.latchkey');
  });

  afterAll(async () => {
    await rm(parent, { recursive: true, force: true });
  });

  it('starts in an empty folder and keeps its data for the next start', async () => {
    const first = await start(folder);
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS value');
    await first.stop();

    const second = await start(folder);
    expect(await query(second, 'SELECT value FROM kept')).toEqual([{ value: 1 }]);
    await second.stop();
  });

  it('keeps its secrets and data from other people', async () => {
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o066).toBe(0);
    expect((await stat(join(folder, 'data'))).mode & 0o077).toBe(0);
    expect(await loadOrCreateSecrets(folder)).toEqual(await loadOrCreateSecrets(folder));
  });

  it('lets nobody in without the password', async () => {
    const server = await start(folder);
    const url = new URL(server.url);
    url.password = 'guessed';
    await expect(query({ ...server, url: url.href }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('refuses a second start from the same folder in one line', async () => {
    const other = await startElsewhere(folder);

    const message = await start(folder).catch((error: Error) => error.message);
    expect(message).toBe(
      `Latchkey is already running from this folder (process ${other.pid}): stop it first, or set DATABASE_URL to use another database.`,
    );
    await other.kill();
  });

  it('is found while another process runs it, so that a command can use it beside, and not otherwise', async () => {
    expect(await findEmbeddedPostgres(folder)).toBeUndefined();
    const other = await startElsewhere(folder);
    const url = await findEmbeddedPostgres(folder);
    expect(await query({ url: url ?? '' }, 'SELECT value FROM kept')).toEqual([{ value: 1 }]);
    await other.kill();
    await eventually(async () => expect(await findEmbeddedPostgres(folder)).toBeUndefined());
  });

  it('starts again after kill -9 of the process that had started it', async () => {
    const other = await startElsewhere(folder);
    await other.kill();

    const server = await start(folder);
    expect(await query(server, 'SELECT value FROM kept')).toEqual([{ value: 1 }]);
    await server.stop();
  });

  it('is not blocked by pid files whose processes are others now', async () => {
    await writeFile(join(folder, 'starter.pid'), `${process.ppid} 1\n`);
    const lines = [process.ppid, join(folder, 'data'), 1, 5432, '', '127.0.0.1', '', 'ready   ', ''];
    await writeFile(join(folder, 'data/postmaster.pid'), lines.join('\n'));

    expect(await findEmbeddedPostgres(folder)).toBeUndefined();
    const server = await start(folder);
    await server.stop();
    expect(await readdir(folder)).not.toContain('starter.pid');
  });

  it('is not blocked by an unfinished data folder', async () => {
    await mkdir(join(folder, 'init-broken/data'), { recursive: true });
    await rm(join(folder, 'data'), { recursive: true });

    const server = await start(folder);
    await server.stop();
    expect(await readdir(folder)).not.toContain('init-broken');
  });

  it('tells when it ends by itself', async () => {
    const server = await start(folder);
    const pid = Number.parseInt(await readFile(join(folder, 'data/postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    while (log.length === 0) await new Promise((resolve) => setImmediate(resolve));

    expect(log).toEqual([`PostgreSQL has ended by itself; its log is ${join(folder, 'postgres.log')}`]);
    await server.stop();
  });

  it('shows the end of its log when it does not start', async () => {
    await writeFile(join(folder, 'data/postgresql.auto.conf'), 'shared_buffers = banana\n');

    await expect(start(folder)).rejects.toThrow(/PostgreSQL did not start[^]+"shared_buffers": "banana"/);
    await writeFile(join(folder, 'data/postgresql.auto.conf'), '');
  });

  it('says what to do when the secrets are lost or damaged', async () => {
    await writeFile(join(folder, 'secrets.json'), '{"databasePassword": ');
    await expect(start(folder)).rejects.toThrow(/secrets\.json is damaged: restore it, or delete/);

    await rm(join(folder, 'secrets.json'));
    await expect(start(folder)).rejects.toThrow(/made with another secrets\.json: restore that, or delete the data/);
  });

  it('can run from a copy of its programs, made once per version', async () => {
    const folder = join(parent, 'programs');
    await mkdir(join(folder, 'older'), { recursive: true });

    const copy = await copyPrograms(await installedPrograms(), folder);
    expect(obstacleTo(copy.postgres, undefined)).toBeUndefined();
    expect(await readdir(folder)).toHaveLength(1);
    const made = await stat(copy.postgres);
    await copyPrograms(await installedPrograms(), folder);
    expect((await stat(copy.postgres)).ctimeMs).toBe(made.ctimeMs);
  });

  it('says why its programs cannot run', () => {
    expect(obstacleTo(join(parent, 'missing'), undefined)).toContain('ENOENT');
  });

  // Only root may lend a process to another user, who then cannot enter root's folders.
  if (process.getuid?.() === 0) {
    it('moves out of a folder that its user cannot enter', async () => {
      const closed = join(parent, 'closed');
      await mkdir(closed, { mode: 0o700 });
      log.length = 0;

      const server = await startEmbeddedPostgres({ folder: join(closed, '.latchkey'), log: (line) => log.push(line) });
      const base = /its data is in (.+)$/.exec(log.join())?.[1] ?? '';
      expect(await readdir(base)).toEqual(['data']);
      expect(await query(server, 'SELECT 1 AS value')).toEqual([{ value: 1 }]);
      await server.stop();
      await rm(base, { recursive: true });
    });
  }

  it('leaves no data behind when it is not meant to last', async () => {
    const brief = join(parent, 'brief');
    const server = await startEmbeddedPostgres({ folder: brief, log: (line) => log.push(line), durable: false });
    await server.stop();

    expect(await readdir(brief)).toEqual(['postgres.log', 'secrets.json']);
  });
});
