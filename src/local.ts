import { join } from 'node:path';
import { CannotStart } from './common/cannot-start.js';
import { newSecret } from './common/crypto.js';
import { PROJECT_ROOT } from './common/project-root.js';
import type { Config } from './config/config.js';
import { loadConfig, missingIn, processEnvironment } from './config/env.js';
import { ensurePortIsFree } from './lifecycle.js';

const FOLDER = join(PROJECT_ROOT, '.latchkey');

export interface Prepared {
  readonly config: Config;
  /** What other processes of the same service need in their environment beside what this one found. */
  readonly forOthers: Readonly<Record<string, string>>;
  /** Ends what was started for this process. */
  readonly release: () => Promise<void>;
}

/**
 * The configuration, and outside production whatever it leaves out: a PostgreSQL of this folder's own, and a secret that
 * is kept in it.
 */
export async function prepare(): Promise<Prepared> {
  // Mistakes, and a port that is taken, are told before anything is started.
  const { http } = withoutMistakes();
  await ensurePortIsFree(http.port, http.host);
  return complete(startPostgres);
}

/**
 * The same for a command. It runs beside the service or alone: where a start has PostgreSQL running it uses that, else it
 * starts it for the time until `release`.
 */
export async function prepareCommand(): Promise<Prepared> {
  withoutMistakes();
  return complete(async () => (await runningPostgres()) ?? startPostgres());
}

/** The configuration of a process that starts no PostgreSQL: outside production it may leave out the secret, and nothing else. */
export async function prepareBeside(): Promise<Config> {
  const env = processEnvironment();
  return loadConfig(env, { appSecret: missingIn(env).appSecret ? await localSecret() : undefined });
}

/** @throws InvalidConfiguration */
function withoutMistakes(): Config {
  return loadConfig(processEnvironment(), {
    databaseUrl: 'postgres://localhost/latchkey',
    appSecret: newSecret(32),
  });
}

interface LocalPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

async function complete(postgres: () => Promise<LocalPostgres>): Promise<Prepared> {
  const env = processEnvironment();
  const missing = missingIn(env);
  const appSecret = missing.appSecret ? await localSecret() : undefined;
  if (!missing.databaseUrl)
    return { config: loadConfig(env, { appSecret }), forOthers: {}, release: () => Promise.resolve() };
  const local = await postgres();
  return {
    config: loadConfig(env, { appSecret, databaseUrl: local.url }),
    forOthers: { DATABASE_URL: local.url },
    release: () => local.stop(),
  };
}

async function localSecret(): Promise<string> {
  const { loadOrCreateSecrets } = await import('./platform/database/embedded/secrets.js');
  return (await loadOrCreateSecrets(FOLDER)).appSecret;
}

async function runningPostgres(): Promise<LocalPostgres | undefined> {
  const { findEmbeddedPostgres } = await import('./platform/database/embedded-postgres.js');
  const url = await findEmbeddedPostgres(FOLDER);
  return url === undefined ? undefined : { url, stop: () => Promise.resolve() };
}

async function startPostgres(): Promise<LocalPostgres> {
  const { startEmbeddedPostgres } = await import('./platform/database/embedded-postgres.js');
  try {
    return await startEmbeddedPostgres({ folder: FOLDER, log: (line) => console.log(line) });
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
