import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { databaseUrl, TEMPLATE } from './database.js';

const PREFIX = 'latchkey-test-';
const MIGRATIONS = join(import.meta.dirname, '../../migrations');

let stop: (() => Promise<void>) | undefined;

/**
 * Gives the test run a PostgreSQL with a migrated template database, and its URL to the workers in
 * LATCHKEY_TEST_SERVER. Where that is set already, the server it names is used; its user must be allowed to make databases.
 */
export async function startTestServer(): Promise<void> {
  process.env.LATCHKEY_TEST_SERVER ??= await startOwn();
  await buildTemplate(process.env.LATCHKEY_TEST_SERVER);
}

export async function stopTestServer(): Promise<void> {
  await stop?.();
}

async function startOwn(): Promise<string> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  // PostgreSQL refuses root and runs as another user then, who must be able to pass.
  if (process.getuid?.() === 0) await chmod(folder, 0o711);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({
      folder,
      durable: false,
      log: (line) => process.stderr.write(`${line}\n`),
    });
    stop = () => server.stop().finally(remove);
    return server.url;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Folders of runs that were killed before they could clean up; their servers ended with them. */
async function removeAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const folder = join(tmpdir(), name);
    if (await isAbandoned(folder)) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const starter = Number.parseInt(await readFile(join(folder, 'starter.pid'), 'utf8'), 10);
    process.kill(starter, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Made once per state of the migrations: runs that share a server find it, and wait for each other while it is made. */
async function buildTemplate(server: string): Promise<void> {
  const digest = await migrationsDigest();
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [TEMPLATE]);
    if ((await templateDigest(client)) === digest) return;
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
    await migrate(databaseUrl(server, TEMPLATE));
    await client.query(`COMMENT ON DATABASE ${TEMPLATE} IS '${digest}'`);
  } finally {
    await client.end();
  }
}

async function templateDigest(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ digest: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS digest FROM pg_database WHERE datname = $1",
    [TEMPLATE],
  );
  return rows[0]?.digest ?? undefined;
}

async function migrationsDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(MIGRATIONS)).sort())
    hash.update(name).update(await readFile(join(MIGRATIONS, name)));
  return hash.digest('hex');
}
