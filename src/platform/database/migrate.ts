import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { CannotStart } from '../../common/cannot-start.js';
import { migrationSource } from './data-source.js';

type Tell = (line: string) => void;
type Migrations = Parameters<typeof migrationSource>[1];

/** Whoever started us mistyped something, or the server is not there (yet). */
const NOT_REACHED = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its host is not known'],
  ['ETIMEDOUT', 'its host does not answer'],
  ['28P01', 'the password is wrong'],
  ['28000', 'the role may not connect'],
  ['3D000', 'the database does not exist'],
]);

/** Any constant of our own: whoever holds it is the one who migrates. */
const MIGRATION_LOCK = 5_208_201_101;
const RETRY_MS = 250;
/** How often a migration gives way to those who use its table. */
const ATTEMPTS = 60;
/** SQLSTATE of a statement that waited too long for a lock. */
const LOCK_NOT_AVAILABLE = '55P03';

/** The lock of a machine that is gone is free after 25 s; PostgreSQL itself would wait for two hours. */
const KEEPALIVES = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

/**
 * Brings the schema up to date. Processes that start together wait for one another (session advisory lock).
 * @param tell takes a line for people when it has to wait
 */
export async function migrate(url: string, tell: Tell = () => undefined, migrations?: Migrations): Promise<string[]> {
  const client = await connect(url);
  try {
    await client.query(KEEPALIVES);
    await waitForTurn(client, tell);
    return await applyPatiently(() => apply(url, migrations), tell);
  } finally {
    await client.end();
  }
}

/** Asks again and again: a statement that waits has a snapshot, and an index that is built concurrently would wait for that. */
async function waitForTurn(client: Client, tell: Tell): Promise<void> {
  for (let told = false; ; told = true) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [MIGRATION_LOCK]);
    if (rows[0]?.mine) return;
    if (!told) tell('Another process brings the schema up to date; this one waits for it.');
    await pause(RETRY_MS);
  }
}

/** Whoever asks for a lock makes everybody wait who comes later, so no migration waits for one for long. */
async function applyPatiently(work: () => Promise<string[]>, tell: Tell): Promise<string[]> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const applied = await unlessLocked(work);
    if (applied) return applied;
    if (attempt === 1) tell('A migration gives way to those who use its table, and tries again until it is free.');
    await pause(RETRY_MS);
  }
  return work();
}

async function unlessLocked(work: () => Promise<string[]>): Promise<string[] | undefined> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return undefined;
    throw error;
  }
}

async function apply(url: string, migrations: Migrations): Promise<string[]> {
  const dataSource = await migrationSource(url, migrations).initialize();
  try {
    const applied = await dataSource.runMigrations();
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000, keepAlive: true });
  client.on('error', () => undefined); // The next call says so.
  try {
    await client.connect();
    return client;
  } catch (error) {
    const reason = NOT_REACHED.get(String((error as { code?: unknown }).code));
    if (!reason) throw error;
    throw new CannotStart(
      `The database of DATABASE_URL cannot be used: ${reason}. Start it, or correct DATABASE_URL (DATABASE_DIRECT_URL, where that is set).`,
    );
  }
}
