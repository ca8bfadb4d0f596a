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
  /** Ends what was started for this process. */
  readonly release: () => Promise<void>;
}

/**
 * The configuration, and outside production whatever it leaves out: a PostgreSQL of this folder's own, and a secret that
 * is kept in it.
 */
export async function prepare(): Promise<Prepared> {
  const env = processEnvironment();
  const missing = missingIn(env);
  // Mistakes, and a port that is taken, are told before anything is started.
  const { http } = loadConfig(env, { databaseUrl: 'postgres://localhost/latchkey', appSecret: newSecret(32) });
  await ensurePortIsFree(http.port, http.host);
  const appSecret = missing.appSecret ? await localSecret() : undefined;
  if (!missing.databaseUrl) return { config: loadConfig(env, { appSecret }), release: () => Promise.resolve() };
  const postgres = await startPostgres();
  return { config: loadConfig(env, { appSecret, databaseUrl: postgres.url }), release: () => postgres.stop() };
}

async function localSecret(): Promise<string> {
  const { loadOrCreateSecrets } = await import('./platform/database/embedded/secrets.js');
  return (await loadOrCreateSecrets(FOLDER)).appSecret;
}

async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const { startEmbeddedPostgres } = await import('./platform/database/embedded-postgres.js');
  try {
    return await startEmbeddedPostgres({ folder: FOLDER, log: (line) => console.log(line) });
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
