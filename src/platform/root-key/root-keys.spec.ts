import { keepWarnings } from '../../../test/support/logged.js';
import { kept } from '../../../test/support/retention.js';
import { type StoredWorld, startStoredWorld } from '../../../test/support/stored.js';
import type { RetentionConfig } from '../../config/config.js';
import { CannotStart } from '../../common/cannot-start.js';
import { RootKey } from './root-key.js';
import { SigningKeyStore } from '../../modules/tokens/signing-key.store.js';
import type { Database } from '../database/database.js';
import { RootKeys } from './root-keys.js';

const [OLD, NEW, OTHER] = ['the secret of the application before', 'the secret of the application now', 'another'];

let world: StoredWorld;
const warnings = keepWarnings();

beforeEach(async () => {
  world = await startStoredWorld();
});

afterEach(() => world.close());

/** A process with these secrets. */
const keysOf = (appSecret: string, previousAppSecret?: string, config: RetentionConfig = kept): RootKeys =>
  new RootKeys(world.database, { url: world.url, directUrl: world.url, poolSize: 4 }, config, {
    appSecret,
    previousAppSecret,
  });

/** Starts one; answers what it derives, to be compared. */
async function start(appSecret: string, previous?: string): Promise<string> {
  return fingerprintOf(await keysOf(appSecret, previous).open());
}

const fingerprintOf = (root: RootKey): string => root.derive('anything').toString('hex');

const refused = expect.objectContaining({
  message: expect.stringContaining('sealed under another APP_SECRET') as string,
}) as Error;

describe('The root key', () => {
  it('is made once, and is the same for every process from then on', async () => {
    const first = await Promise.all([start(OLD), start(OLD), start(OLD)]);
    expect(new Set([...first, await start(OLD)]).size).toBe(1);
    expect(await world.sql('SELECT FROM root_keys')).toHaveLength(1);
  });

  it('is not the secret, nor anything that another database has', async () => {
    const derived = await start(OLD);
    expect(derived).not.toBe(fingerprintOf(new RootKey(OLD)));
    await world.sql('DELETE FROM root_keys');
    expect(await start(OLD)).not.toBe(derived);
  });

  it('is opened by no other secret', async () => {
    await start(OLD);
    await expect(keysOf(OTHER).open()).rejects.toBeInstanceOf(CannotStart);
    await expect(keysOf(OTHER, NEW).open()).rejects.toEqual(refused);
  });

  it('does not open in a row of another id', async () => {
    await start(OLD);
    await world.sql('UPDATE root_keys SET id = gen_random_uuid()');
    await expect(keysOf(OLD).open()).rejects.toEqual(refused);
  });

  it('waits for whoever makes the tables', async () => {
    await world.sql('ALTER TABLE root_keys RENAME TO elsewhere');
    const opening = start(OLD);
    await world.sql('ALTER TABLE elsewhere RENAME TO root_keys');
    expect(await opening).toBe(await start(OLD));
  });
});

describe('A secret that is being changed', () => {
  it('leaves everything derived as it is, in processes with the old and the new one', async () => {
    const before = await start(OLD);
    expect(await start(NEW, OLD)).toBe(before);
    // One that was restarted before its turn came.
    expect(await start(OLD)).toBe(before);
    expect(await start(NEW, OLD)).toBe(before);
    expect(await start(NEW)).toBe(before);
  });

  it('opens nothing any more once a process was started with the new one alone', async () => {
    await start(OLD);
    await start(NEW, OLD);
    await start(NEW);
    await expect(keysOf(OLD).open()).rejects.toEqual(refused);
    await expect(keysOf(OTHER, OLD).open()).rejects.toEqual(refused);
  });

  it('is not forgotten by a process that still has the old one alone', async () => {
    await start(OLD);
    await start(NEW, OLD);
    await start(OLD);
    expect(warnings).toEqual(['Another process was started with a newer APP_SECRET than this one']);
    expect(await start(NEW)).toEqual(expect.any(String));
  });

  it('can be changed back, and back again', async () => {
    const before = await start(OLD);
    await start(NEW, OLD);
    expect(await start(OLD, NEW)).toBe(before);
    expect(await start(OLD)).toBe(before);
    await expect(keysOf(NEW).open()).rejects.toEqual(refused);
    await start(NEW, OLD);
    expect(await start(NEW)).toBe(before);
  });

  it('is taken from where the keys were never opened by both', async () => {
    const before = await start(OLD, NEW);
    expect(await start(NEW)).toBe(before);
    expect(await start(OLD, NEW)).toBe(before);
    expect(await start(OLD)).toBe(before);
  });

  it('is changed by any number of processes at once', async () => {
    const before = await start(OLD);
    const derived = await Promise.all([start(NEW, OLD), start(NEW, OLD), start(OLD), start(NEW, OLD)]);
    expect(new Set([...derived, await start(NEW)])).toEqual(new Set([before]));
  });
});

describe('A database from before there were root keys', () => {
  beforeEach(() => new SigningKeyStore(world.database, new RootKey(OLD)).add(world.clock.now()));

  const derivedFromOld = fingerprintOf(new RootKey(OLD));

  it('goes on with what everything in it was derived from', async () => {
    expect(await start(OLD)).toBe(derivedFromOld);
    expect(await start(NEW, OLD)).toBe(derivedFromOld);
    expect(await start(NEW)).toBe(derivedFromOld);
  });

  it('can have its secret changed with the same start', async () => {
    expect(await start(NEW, OLD)).toBe(derivedFromOld);
    expect(await start(OLD)).toBe(derivedFromOld);
    expect(await start(NEW)).toBe(derivedFromOld);
  });

  it.each([
    ['another secret', OTHER, undefined],
    ['two others', OTHER, NEW],
    ['the secrets the wrong way round', OLD, NEW],
  ])('is opened by nobody with %s, and stays as it was', async (_, secret, previous) => {
    await expect(keysOf(secret, previous).open()).rejects.toEqual(refused);
    expect(await start(OLD)).toBe(derivedFromOld);
  });
});

describe('A root key that is renewed', () => {
  it('is another one for whoever starts then, and the former is known for 180 days', async () => {
    const keys = keysOf(OLD);
    const before = await keys.open();
    await keys.renew();
    const after = await keysOf(OLD).open();
    expect(fingerprintOf(after)).not.toBe(fingerprintOf(before));
    expect(after.deriveAll('x')).toEqual([after.derive('x'), before.derive('x')]);
    await world.clock.advance('181 days');
    expect((await keysOf(OLD).open()).deriveAll('x')).toHaveLength(2);
    expect((await keysOf(OLD).open()).deriveAll('x')).toEqual([after.derive('x')]);
  });

  it('leaves the former known for as long as contacts of deleted people are kept, where that is longer', async () => {
    const keys = keysOf(OLD);
    await keys.open();
    await keys.renew();
    await world.clock.advance('181 days');
    const longer = { ...kept, releasedContactsDays: 200 };
    await keysOf(OLD, undefined, longer).open();
    expect((await keysOf(OLD, undefined, longer).open()).deriveAll('x')).toHaveLength(2);
  });

  it('is opened by the new secret, as the former, after the secret has changed', async () => {
    const keys = keysOf(OLD);
    await keys.open();
    await keys.renew();
    const both = (await keysOf(NEW, OLD).open()).deriveAll('x');
    expect((await keysOf(NEW).open()).deriveAll('x')).toEqual(both);
    expect(both).toHaveLength(2);
  });

  it('is not lost by a process that has the secret before alone', async () => {
    await start(OLD);
    await start(NEW, OLD);
    await keysOf(OLD).renew();
    const renewed = await start(NEW, OLD);
    expect(await start(NEW)).toBe(renewed);
  });
});

it('Without a database there is something to derive from: documents are made so', async () => {
  const keys = new RootKeys({} as Database, { url: '', directUrl: '', poolSize: 0, lazy: true }, kept, {
    appSecret: OLD,
  });
  expect(fingerprintOf(await keys.open())).toBe(fingerprintOf(new RootKey(OLD)));
});
