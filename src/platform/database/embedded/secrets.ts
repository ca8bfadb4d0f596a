import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a start without configuration makes for itself once and keeps. */
export interface LocalSecrets {
  /** Of the superuser of the embedded PostgreSQL; base64url. */
  readonly databasePassword: string;
  /** Stands in for `APP_SECRET`; base64url of 32 bytes. */
  readonly appSecret: string;
}

/**
 * The secrets kept in `folder`/secrets.json (mode 0600), made at the first call together with the folder.
 * @throws {Error} one sentence, when the file cannot be read or is damaged: new secrets would not fit the data that is there.
 */
export async function loadOrCreateSecrets(folder: string): Promise<LocalSecrets> {
  const path = join(folder, 'secrets.json');
  await makePrivateFolder(folder);
  const stored = await readIfThere(path);
  if (stored !== undefined) return parseSecrets(stored, path);

  await keepFirst(path, { databasePassword: randomSecret(), appSecret: randomSecret() });
  return parseSecrets(await readFile(path, 'utf8'), path);
}

/** Of processes that start together, in containers with one volume even, the first makes the file, and all go by it. */
async function keepFirst(path: string, secrets: LocalSecrets): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  try {
    await link(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
}

/** As root others may pass through (not look around), because PostgreSQL refuses root and works there as somebody else. */
async function makePrivateFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && process.getuid?.() === 0) await chmod(folder, 0o711);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(
      `${path} cannot be read: start as the user who started before, or delete its folder with all data.`,
      {
        cause: error,
      },
    );
  }
}

function parseSecrets(text: string, path: string): LocalSecrets {
  const secrets = parseObject(text);
  if (typeof secrets.databasePassword === 'string' && typeof secrets.appSecret === 'string') {
    return { databasePassword: secrets.databasePassword, appSecret: secrets.appSecret };
  }
  throw new Error(`${path} is damaged: restore it, or delete its folder with all data and start anew.`);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
