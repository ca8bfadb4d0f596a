import { ScheduleModule as Clockwork, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { CannotStart } from '../../common/cannot-start.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { RootKeys } from '../../platform/root-key/root-keys.js';
import type { AuditFact, AuditService } from '../audit/audit.service.js';
import { KeyRotation } from './key-rotation.service.js';
import { KEYS_CHANGED, SigningKeyStore } from './signing-key.store.js';

const SECRET = 'a secret of the application, thirty-two';

let world: StoredWorld;
let store: SigningKeyStore;
let rotation: KeyRotation;
let written: AuditFact[];
/** Whether the service runs, and how often the root key was renewed. */
const root = { used: false, renewed: 0 };
const rootKeys = {
  isUsedByOthers: async () => root.used,
  renew: async () => void (root.renewed += 1),
} as unknown as RootKeys;

beforeAll(async () => {
  world = await startStoredWorld();
  store = new SigningKeyStore(world.database, new RootKey(SECRET));
});

beforeEach(async () => {
  await world.sql('DELETE FROM signing_keys');
  written = [];
  rotation = rotationEvery(30);
});

afterAll(() => world.close());

function rotationEvery(keyRotationDays: number): KeyRotation {
  const audit = { record: async (fact: AuditFact) => void written.push(fact) } as unknown as AuditService;
  return new KeyRotation(world.database, store, rootKeys, audit, { issuer: '', audience: '', keyRotationDays });
}

/** So that what starts together runs together: a connection that must be made first is late. */
const connectAll = () => Promise.all(Array.from({ length: 4 }, () => world.database.transaction(() => store.now())));

/** A key that signs, as a first start makes it. */
const aFirstKey = async () => store.add(await store.now());

const states = async () => (await rotation.list()).map(({ kid, state }) => [kid, state]);

/** Seconds from the moment the next key signs until the old one goes. */
async function overlap(old: string, next: string): Promise<number> {
  const keys = await rotation.list();
  const until = keys.find(({ kid }) => kid === old)?.publishedUntil?.getTime() ?? NaN;
  return (until - (keys.find(({ kid }) => kid === next)?.signsFrom.getTime() ?? NaN)) / 1_000;
}

describe('A rotation of the signing keys', () => {
  it('publishes a key that signs in ten minutes', async () => {
    const first = await aFirstKey();
    const now = await store.now();
    const { kid, signsFrom, isNew } = await rotation.rotate();
    expect(isNew).toBe(true);
    expect(await states()).toEqual([
      [kid, 'next'],
      [first, 'signing'],
    ]);
    expect(Math.abs(signsFrom.getTime() - now.getTime() - 600_000)).toBeLessThan(5_000);
    await world.clock.advance('10 min');
    expect(await states()).toEqual([
      [kid, 'signing'],
      [first, 'retiring'],
    ]);
  });

  it('keeps the old key until the last token that it may have signed has expired, also for clocks that differ', async () => {
    const first = await aFirstKey();
    const { kid } = await rotation.rotate();
    expect(await overlap(first, kid)).toBe(900 + 60 + 60);
    expect((await rotation.list())[0]?.publishedUntil).toBeNull();
    await world.clock.advance('26 min 55 s');
    expect(await states()).toHaveLength(2);
    await world.clock.advance('10 s');
    expect(await states()).toEqual([[kid, 'signing']]);
  });

  it('makes one key, though two rotate at once, and says of it that it waits', async () => {
    const first = await aFirstKey();
    await connectAll();
    const rotations = await Promise.all([rotation.rotate(), rotation.rotate(), rotation.rotate()]);
    expect(new Set(rotations.map(({ kid }) => kid)).size).toBe(1);
    expect(rotations.map(({ isNew }) => isNew).sort()).toEqual([false, false, true]);
    expect(new Set(rotations.map(({ signsFrom }) => signsFrom.getTime())).size).toBe(1);
    expect((await states()).map(([kid]) => kid)).toEqual([rotations[0].kid, first]);
    expect(written).toEqual([{ action: 'keys.rotated', details: { kid: rotations[0].kid } }]);
  });

  it('forgets keys whose time has passed, with their private parts', async () => {
    await aFirstKey();
    await rotation.rotate();
    await world.clock.advance('28 min');
    await rotation.rotate();
    expect(await world.sql('SELECT FROM signing_keys')).toHaveLength(2);
  });

  it('tells every process once it is done', async () => {
    const client = new Client({ connectionString: world.url });
    await client.connect();
    const heard: string[] = [];
    client.on('notification', ({ channel }) => heard.push(channel));
    await client.query(`LISTEN ${KEYS_CHANGED}`);
    await aFirstKey();
    await rotation.rotate();
    await eventually(async () => {
      await client.query('SELECT 1');
      expect(heard).toEqual(['signing_keys']);
    });
    await client.end();
  });
});

describe('On schedule a key is replaced', () => {
  it('when it has signed for its days, not before', async () => {
    const first = await aFirstKey();
    await rotation.rotateWhenDue();
    await world.clock.advance('29 days 23 h 59 min');
    await rotation.rotateWhenDue();
    expect(await states()).toEqual([[first, 'signing']]);
    await world.clock.advance('1 min');
    await rotation.rotateWhenDue();
    await rotation.rotateWhenDue();
    expect(await states()).toEqual([
      [expect.any(String), 'next'],
      [first, 'signing'],
    ]);
  });

  it('and whatever is not published any more is forgotten within the hour, with its private part', async () => {
    const first = await aFirstKey();
    const next = (await rotation.rotate()).kid;
    await world.clock.advance('26 min');
    await rotationEvery(0).rotateWhenDue();
    expect(await world.sql('SELECT kid FROM signing_keys')).toHaveLength(2);
    await world.clock.advance('1 min');
    await rotationEvery(0).rotateWhenDue();
    expect(await world.sql('SELECT kid FROM signing_keys')).toEqual([{ kid: next }]);
    expect(first).not.toBe(next);
  });

  it('once, though every process looks at the same moment', async () => {
    await aFirstKey();
    await world.clock.advance('31 days');
    await Promise.all([rotation.rotateWhenDue(), rotation.rotateWhenDue(), rotation.rotateWhenDue()]);
    expect(await states()).toHaveLength(2);
  });

  it('by the process that is at it: others leave it alone', async () => {
    await aFirstKey();
    await world.clock.advance('31 days');
    const client = new Client({ connectionString: world.url });
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(hashtextextended('schedule:keys.rotate', 0))`);
    await rotation.rotateWhenDue();
    expect(await states()).toHaveLength(1);
    await client.end();
  });

  it('never where the days are 0', async () => {
    await aFirstKey();
    await world.clock.advance('400 days');
    await rotationEvery(0).rotateWhenDue();
    expect(await states()).toHaveLength(1);
  });

  it('not where there is none yet', async () => {
    await rotation.rotateWhenDue();
    expect(await states()).toEqual([]);
  });

  it('because the clockwork of the process asks for it every hour', async () => {
    const module = await Test.createTestingModule({
      imports: [Clockwork.forRoot()],
      providers: [{ provide: KeyRotation, useValue: rotation }],
    }).compile();
    await module.init();
    const job = module.get(SchedulerRegistry).getCronJob('keys.rotate');
    expect(job.cronTime.source).toBe('0 0-23/1 * * *');
    await aFirstKey();
    await world.clock.advance('31 days');
    await job.fireOnTick();
    expect(await states()).toHaveLength(2);
    await module.close();
  });
});

describe('A revoked key', () => {
  it('that signed is gone at once, and a new one signs', async () => {
    const first = await aFirstKey();
    const revocation = await rotation.revoke(first);
    expect(revocation).toEqual({ state: 'signing', signer: expect.stringMatching(/^[\w-]{16}$/) as string });
    expect(revocation?.signer).not.toBe(first);
    expect(await states()).toEqual([[revocation?.signer, 'signing']]);
    expect(written).toEqual([{ action: 'keys.revoked', details: { kid: first, state: 'signing' } }]);
    expect(await world.sql('SELECT FROM signing_keys WHERE kid = $1', [first])).toEqual([]);
  });

  it('that signed is followed by the one that waited, which can be opened still', async () => {
    const first = await aFirstKey();
    const { kid } = await rotation.rotate();
    expect(await rotation.revoke(first)).toEqual({ state: 'signing', signer: kid });
    expect(await states()).toEqual([[kid, 'signing']]);
    const [key] = await store.load();
    expect(key && store.open(key).type).toBe('private');
  });

  it('that signed is not followed by one that was retired', async () => {
    const first = await aFirstKey();
    const { kid } = await rotation.rotate();
    await world.clock.advance('11 min');
    const revocation = await rotation.revoke(kid);
    expect(await states()).toEqual([
      [revocation?.signer, 'signing'],
      [first, 'retiring'],
    ]);
  });

  it('that waited leaves the one that signs without an end', async () => {
    const first = await aFirstKey();
    const { kid } = await rotation.rotate();
    expect(await rotation.revoke(kid)).toEqual({ state: 'next', signer: first });
    expect(await rotation.list()).toMatchObject([{ kid: first, state: 'signing', publishedUntil: null }]);
  });

  it('that was retired changes nothing for the others', async () => {
    const first = await aFirstKey();
    const { kid } = await rotation.rotate();
    await world.clock.advance('11 min');
    expect(await rotation.revoke(first)).toEqual({ state: 'retiring', signer: kid });
    expect(await states()).toEqual([[kid, 'signing']]);
  });

  it('that nobody knows is no key', async () => {
    const first = await aFirstKey();
    expect(await rotation.revoke('another')).toBeUndefined();
    expect(await states()).toEqual([[first, 'signing']]);
    expect(written).toEqual([]);
  });
});

describe('Renewing the root key', () => {
  it('forgets every signing key, and writes down which', async () => {
    const kid = await aFirstKey();
    const { kid: next } = await rotation.rotate();
    written.length = 0;
    await rotation.renewRoot();
    expect(root.renewed).toBe(1);
    expect(await rotation.list()).toEqual([]);
    expect(written).toEqual([
      { action: 'keys.revoked', details: { kid: next, state: 'next' } },
      { action: 'keys.revoked', details: { kid, state: 'signing' } },
    ]);
  });

  it('is refused while the service runs: its processes would derive what the next ones do not know', async () => {
    await aFirstKey();
    root.used = true;
    await expect(rotation.renewRoot()).rejects.toBeInstanceOf(CannotStart);
    expect([root.renewed, await rotation.list()]).toEqual([1, [expect.anything()]]);
  });
});
