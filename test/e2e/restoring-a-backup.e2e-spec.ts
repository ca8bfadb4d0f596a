import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/platform/database/migrate.js';
import { startTestApp } from '../support/app.js';
import { Api } from '../support/api.js';
import { DebianPostgres } from '../support/debian-postgres.js';
import { bearer, type User, World } from '../support/world.js';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

// It starts a PostgreSQL and two applications.
jest.setTimeout(180_000);

/** Their classes: typeorm's own loader cannot import inside jest. */
async function migrations(): Promise<(new () => never)[]> {
  const files = (await readdir(MIGRATIONS)).sort();
  const modules = await Promise.all(files.map((file) => import(join(MIGRATIONS, file)) as Promise<object>));
  return modules.flatMap((module) => Object.values(module) as (new () => never)[]);
}

const keysOf = async (api: Api) => (await api.get<{ keys: object[] }>('/.well-known/jwks.json')).body.keys;

/** A dump holds a random word of its own since 15.14. */
const withoutWords = (dump: string): string => dump.replace(/^\\(un)?restrict .*$/gm, '');

describe('A backup by pg_dump, of the oldest PostgreSQL that the service runs on', () => {
  let postgres: DebianPostgres | undefined;
  let folder: string;

  beforeAll(async () => {
    postgres = await DebianPostgres.start();
    folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'));
    if (!postgres) process.stderr.write('Not tested: no PostgreSQL 15 with pg_dump was found on this machine.\n');
  });

  afterAll(async () => {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is restored into an empty database by its owner, and everything goes on there', async () => {
    if (!postgres) return;
    const [before, after, dump] = [postgres.url('before'), postgres.url('after'), join(folder, 'latchkey.dump')];
    await postgres.tool(
      'psql',
      postgres.url('postgres'),
      '-c',
      'CREATE ROLE service LOGIN',
      '-c',
      'CREATE DATABASE before OWNER service',
    );
    const owned = before.replace('latchkey@', 'service@');
    await migrate(owned, undefined, await migrations());
    const original = await startTestApp({}, { url: owned, drop: async () => undefined });
    const world = new World(original);
    const user: User = await world.aUserWithPassword('correct horse battery');
    const keys = await keysOf(user.api);
    await original.delivered();

    // While the service runs, as operators do.
    await postgres.tool('pg_dump', '--format=custom', '--no-owner', `--file=${dump}`, owned);
    await original.close();
    await postgres.tool('psql', postgres.url('postgres'), '-c', 'CREATE DATABASE after OWNER service');
    const restored = after.replace('latchkey@', 'service@');
    await postgres.tool('pg_restore', '--no-owner', '--exit-on-error', `--dbname=${restored}`, dump);
    const schemaOf = async (url: string) => withoutWords((await postgres?.tool('pg_dump', '--schema-only', url)) ?? '');
    expect(await schemaOf(restored)).toBe(await schemaOf(owned));

    expect(await migrate(restored, undefined, await migrations())).toEqual([]);
    const app = await startTestApp({}, { url: restored, drop: async () => undefined });
    const { phone, address } = user;
    const api = new Api(app.url, { 'x-forwarded-for': address, ...bearer(user.tokens.accessToken) });
    expect(await keysOf(api)).toEqual(keys);
    expect(await api.me()).toMatchObject({ status: 200, body: { id: user.id } });
    expect(await api.refresh(user.tokens.refreshToken)).toMatchObject({ status: 200 });
    expect(await api.logIn({ username: phone, password: 'correct horse battery' })).toMatchObject({ status: 200 });
    expect(await new World(app).aUser()).toMatchObject({ tokens: { isNewUser: true } });
    await app.close();
  });
});
