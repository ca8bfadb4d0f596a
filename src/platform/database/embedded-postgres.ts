import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { ensureCluster, SUPERUSER } from './embedded/cluster.js';
import { findHome, type Home } from './embedded/home.js';
import { endOfLog, Postmaster } from './embedded/postmaster.js';
import { claimFolder, endLeftover, releaseFolder } from './embedded/processes.js';
import { portOfRunning } from './embedded/running.js';
import { loadOrCreateSecrets } from './embedded/secrets.js';

export interface EmbeddedPostgresOptions {
  /** Holds secrets.json, the log and, where PostgreSQL can enter it, the data; made if missing. */
  readonly folder: string;
  /** Takes one line at a time, for people. */
  readonly log: (line: string) => void;
  /** `false` for tests: faster, may lose everything in a crash, and `stop` removes the data. Default `true`. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** Of the database `latchkey`, which exists; its user is a superuser. Holds the password: not for logs. */
  readonly url: string;
  /** Shuts PostgreSQL down and answers when it is gone. Connections still open are cut. */
  stop(): Promise<void>;
}

const DATABASE = 'latchkey';
const ATTEMPTS = 3;
const PAUSE_MS = 500;
const READY_MS = 60_000;
const POLL_MS = 20;
/** SQLSTATE of a server that is starting, or recovering from a crash. */
const NOT_YET = '57P03';
const WRONG_PASSWORD = '28P01';
/** Failures that pass by themselves: somebody took the port that was free, or children of a killed server linger. */
const PASSING = /Address already in use|still in use/;

/**
 * Starts a PostgreSQL of this project's own, from the programs that npm installed, on a free port of 127.0.0.1.
 * It ends with this process, however that ends. Meant for development and tests: the caller decides by the
 * configuration, and in production must not.
 * @throws {Error} with a message fit for a terminal: already running, not installed, or the end of PostgreSQL's log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, log, durable = true } = options;
  const { databasePassword } = await loadOrCreateSecrets(folder);
  const home = await findHome(folder, databasePassword);
  if (home.base !== (await realpath(folder))) log(`PostgreSQL cannot enter ${folder}, so its data is in ${home.base}`);

  await claimFolder(folder);
  try {
    await endLeftover(home.data);
    await ensureCluster(home, databasePassword, durable);
    return await startServer(home, { folder, log, durable }, databasePassword);
  } catch (error) {
    await releaseFolder(folder);
    throw error;
  }
}

/** The URL of the PostgreSQL that another process has started from `folder` and that is ready; undefined when there is none. */
export async function findEmbeddedPostgres(folder: string): Promise<string | undefined> {
  const { databasePassword } = await loadOrCreateSecrets(folder);
  const home = await findHome(folder, databasePassword);
  const port = await portOfRunning(home.data);
  return port === undefined ? undefined : `${serverUrl(databasePassword, port)}/${DATABASE}`;
}

async function startServer(
  home: Home,
  { folder, log, durable }: Required<EmbeddedPostgresOptions>,
  password: string,
): Promise<EmbeddedPostgres> {
  const logFile = join(folder, 'postgres.log');
  const { postmaster, url } = await launchPatiently(home, { durable, logFile }, password);
  let stopping = false;
  postmaster.onExit(() => {
    if (!stopping) log(`PostgreSQL has ended by itself; its log is ${logFile}`);
  });
  return {
    url,
    async stop() {
      stopping = true;
      await postmaster.end();
      if (!durable) await rm(home.data, { recursive: true, force: true, maxRetries: 5 });
      await releaseFolder(folder);
    },
  };
}

type Launched = { postmaster: Postmaster; url: string };
type LaunchOptions = { durable: boolean; logFile: string };

async function launchPatiently(home: Home, options: LaunchOptions, password: string): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    const launched = await tryToLaunch(home, options, password);
    if (!(launched instanceof Error)) return launched;
    if (attempt === ATTEMPTS || !PASSING.test(launched.message)) throw launched;
    await pause(attempt * PAUSE_MS);
  }
}

async function tryToLaunch(home: Home, options: LaunchOptions, password: string): Promise<Launched | Error> {
  try {
    return await launch(home, options, password);
  } catch (error) {
    const report = `PostgreSQL did not start: ${(error as Error).message}\n${await endOfLog(options.logFile)}`;
    return new Error(report.trim(), { cause: error });
  }
}

async function launch(home: Home, options: LaunchOptions, password: string): Promise<Launched> {
  const postmaster = await Postmaster.spawn(home, options);
  try {
    const server = serverUrl(password, postmaster.port);
    await ensureDatabase(await connect(`${server}/postgres`, postmaster));
    return { postmaster, url: `${server}/${DATABASE}` };
  } catch (error) {
    await postmaster.end();
    throw error;
  }
}

const serverUrl = (password: string, port: number): string => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}`;

/** Connects as soon as the server answers. */
async function connect(url: string, postmaster: Postmaster): Promise<Client> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const answer = await tryToConnect(url);
    if (answer instanceof Client) return answer;
    if (postmaster.hasEnded || Date.now() > deadline || !isNotYet(answer)) throw explained(answer, postmaster);
    await pause(POLL_MS);
  }
}

async function tryToConnect(url: string): Promise<Client | Error> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // Seen by the call that fails; without a listener it would end node.
  try {
    await client.connect();
    return client;
  } catch (error) {
    return error as Error;
  }
}

function isNotYet(error: Error): boolean {
  return !(error instanceof DatabaseError) || error.code === NOT_YET;
}

function explained(error: Error, postmaster: Postmaster): Error {
  if (postmaster.hasEnded) return new Error('it ended at once.', { cause: error });
  if (error instanceof DatabaseError && error.code === WRONG_PASSWORD) {
    return new Error('its data was made with another secrets.json: restore that, or delete the data folder.', {
      cause: error,
    });
  }
  return error;
}

async function ensureDatabase(client: Client): Promise<void> {
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${DATABASE}`);
    // The detail of a duplicate key would show a phone number in the log.
    await client.query(`ALTER DATABASE ${DATABASE} SET log_error_verbosity TO terse`);
  } finally {
    await client.end();
  }
}
