import { createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import { eventually } from '../../../test/support/eventually.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { JwksController } from './jwks.controller.js';
import { KEYS_CHANGED, SigningKeyStore } from './signing-key.store.js';
import { SigningKeys } from './signing-keys.service.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Metrics } from '../../platform/observability/metrics.js';

const SECRET = 'a secret of the application, thirty-two';
const MINUTE_MS = 60_000;

const warnings = keepWarnings();
let world: StoredWorld;
let started: SigningKeys[] = [];
/** Who listens for changes of the keys. */
let heard: (() => void)[] = [];

beforeAll(async () => {
  world = await startStoredWorld();
});

beforeEach(async () => {
  // Only intervals: PostgreSQL's driver needs the rest.
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setTimeout'],
  });
  await world.sql('DELETE FROM signing_keys');
});

afterEach(() => {
  for (const keys of started) keys.onApplicationShutdown();
  started = [];
  heard = [];
  jest.useRealTimers();
});

afterAll(() => world.close());

/** What one process knows of the keys. */
function aProcess(rootKey = SECRET): SigningKeys {
  const notifications = {
    listen: async (channel: string, handler: () => void) => void (channel === KEYS_CHANGED && heard.push(handler)),
  } as unknown as Notifications;
  const keys = new SigningKeys(new SigningKeyStore(world.database, new RootKey(rootKey)), notifications, new Metrics());
  started.push(keys);
  return keys;
}

async function aStartedProcess(): Promise<SigningKeys> {
  const keys = aProcess();
  await keys.onApplicationBootstrap();
  return keys;
}

/** Two keys of the same application, as if the second had been added while the first was in use. */
async function aProcessBeforeRotation() {
  const keys = await aStartedProcess();
  const [first] = await world.sql<Record<string, unknown>>(
    'DELETE FROM signing_keys RETURNING kid, public_jwk, sealed_private_key, signs_from',
  );
  const next = signerOf(await aStartedProcess()).kid;
  await world.sql(
    'INSERT INTO signing_keys (kid, public_jwk, sealed_private_key, signs_from) VALUES ($1, $2, $3, $4)',
    [first?.kid, first?.public_jwk, first?.sealed_private_key, first?.signs_from],
  );
  return { keys, old: String(first?.kid), next };
}

/** Lets a key sign from another time, as its seal has it, too. */
async function redate(kid: string, fromNow: string): Promise<void> {
  const store = new SigningKeyStore(world.database, new RootKey(SECRET));
  const key = (await store.load()).find((each) => each.kid === kid);
  const [row] = await world.sql<{ at: Date }>(`SELECT clock_now() + $1::interval AS at`, [fromNow]);
  if (!key || !row) throw new Error('no such key');
  await store.date(key, new Date(row.at));
}

const soon = (expectation: () => void) => eventually(async () => expectation());

/** The key that signs now, by the clock of the database. */
const signerOf = (keys: SigningKeys) => keys.signer(world.clock.now());

const kidsOf = (keys: SigningKeys) => keys.published().map(({ kid }) => kid);

function signsFor(keys: SigningKeys, kid: string): boolean {
  const text = Buffer.from('anything');
  const { privateKey } = signerOf(keys);
  const key = keys.verifier(kid);
  return key !== undefined && verify('sha256', text, key, sign('sha256', text, privateKey));
}

describe('The first signing key', () => {
  it('is made once, though several processes start at the same time', async () => {
    const processes = [aProcess(), aProcess(), aProcess()];
    // A connection that must be made first would be late.
    const store = new SigningKeyStore(world.database, new RootKey(SECRET));
    await Promise.all(processes.map(() => world.database.transaction(() => store.now())));
    await Promise.all(processes.map((keys) => keys.onApplicationBootstrap()));
    expect(new Set(processes.map((keys) => signerOf(keys).kid)).size).toBe(1);
    expect(await world.sql('SELECT FROM signing_keys')).toHaveLength(1);
  });

  it('is found again by a process that starts later', async () => {
    const { kid } = signerOf(await aStartedProcess());
    const later = await aStartedProcess();
    expect(signerOf(later).kid).toBe(kid);
    expect(signsFor(later, kid)).toBe(true);
  });

  it('signs from now on, by the clock of the database', async () => {
    await world.clock.advance('1 h');
    await aStartedProcess();
    const rows = await world.sql<{ fits: boolean }>(
      `SELECT signs_from BETWEEN clock_now() - interval '1 min' AND clock_now() AS fits FROM signing_keys`,
    );
    expect(rows).toEqual([{ fits: true }]);
  });

  it('has an id that nobody can guess or mistake', async () => {
    expect(signerOf(await aStartedProcess()).kid).toMatch(/^[\w-]{16}$/);
  });

  it('is there before anything is signed', () => {
    expect(() => signerOf(aProcess())).toThrow('no signing key was loaded');
    expect(aProcess().published()).toEqual([]);
  });
});

describe('A signing key', () => {
  it('is published as RFC 7517 has it, without its private part', async () => {
    const keys = await aStartedProcess();
    const { kid } = signerOf(keys);
    const text = expect.stringMatching(/^[\w-]{43}$/) as string;
    const jwk = { kty: 'EC', crv: 'P-256', x: text, y: text, kid, use: 'sig', alg: 'ES256' };
    expect(keys.published()).toEqual([jwk]);
    expect(new JwksController(keys).readJwks()).toEqual({ keys: [jwk] });
  });

  it('checks what it has signed, by what is published', async () => {
    const keys = await aStartedProcess();
    const [published] = keys.published();
    expect(signsFor(keys, signerOf(keys).kid)).toBe(true);
    const key = createPublicKey({ key: published as unknown as JsonWebKey, format: 'jwk' });
    expect(key.equals(keys.verifier(signerOf(keys).kid) ?? key)).toBe(true);
  });

  it('is unknown by any other id', async () => {
    expect((await aStartedProcess()).verifier('another')).toBeUndefined();
  });

  it('is sealed in the database: another root key does not open it', async () => {
    await aStartedProcess();
    await expect(aProcess(`${SECRET}, changed`).onApplicationBootstrap()).rejects.toThrow(
      /another root key\. Restore /,
    );
    const [row] = await world.sql<{ text: string }>(
      `SELECT encode(sealed_private_key, 'escape') || public_jwk AS text FROM signing_keys`,
    );
    expect(row?.text).not.toContain('PRIVATE');
  });

  it.each([
    ['id', `UPDATE signing_keys SET kid = 'another'`],
    ['date', `UPDATE signing_keys SET signs_from = signs_from - interval '1 day'`],
  ])('does not open in a row with another %s', async (_, change) => {
    await aStartedProcess();
    await world.sql(change);
    await expect(aProcess().onApplicationBootstrap()).rejects.toThrow();
  });
});

describe('A key that another process has added', () => {
  const reload = () => jest.advanceTimersByTime(MINUTE_MS);

  it('is found within a minute; it signs, and the one before goes on checking', async () => {
    const { keys, old, next } = await aProcessBeforeRotation();
    jest.advanceTimersByTime(MINUTE_MS - 1);
    expect(kidsOf(keys)).toEqual([old]);
    jest.advanceTimersByTime(1);
    await soon(() => expect(signerOf(keys).kid).toBe(next));
    expect(kidsOf(keys)).toEqual([next, old]);
    expect(signsFor(keys, next)).toBe(true);
    expect(keys.verifier(old)).toBeDefined();
  });

  it('is found at once when that process says so', async () => {
    const { keys, old, next } = await aProcessBeforeRotation();
    heard[0]?.();
    await soon(() => expect(kidsOf(keys)).toEqual([next, old]));
  });

  it('is published before it signs, and begins to sign when its time comes, without another look', async () => {
    const { keys, old, next } = await aProcessBeforeRotation();
    await redate(next, '1 h');
    reload();
    await soon(() => expect(kidsOf(keys)).toEqual([next, old]));
    expect(signerOf(keys).kid).toBe(old);
    expect(keys.verifier(next)).toBeDefined();
    const [row] = await world.sql<{ from: Date }>('SELECT signs_from AS from FROM signing_keys WHERE kid = $1', [next]);
    const from = row?.from.getTime() ?? 0;
    expect(keys.signer(new Date(from - 1)).kid).toBe(old);
    expect(keys.signer(new Date(from)).kid).toBe(next);
    expect(keys.signer(new Date(0)).kid).toBe(old);
  });

  it('lets the old one be forgotten when its time has passed', async () => {
    const { keys, old, next } = await aProcessBeforeRotation();
    await world.sql(`UPDATE signing_keys SET published_until = clock_now() - interval '1 s' WHERE kid = $1`, [old]);
    reload();
    await soon(() => expect(kidsOf(keys)).toEqual([next]));
    expect(keys.verifier(old)).toBeUndefined();
  });

  it('is not looked for by a process that was shut down', async () => {
    const { keys } = await aProcessBeforeRotation();
    for (const process of started) process.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    expect(keys.published()).toHaveLength(1);
  });
});

describe('When no key is in force', () => {
  const postpone = () => world.sql(`UPDATE signing_keys SET signs_from = clock_now() + interval '1 h'`);

  it('a process does not start', async () => {
    await aStartedProcess();
    await postpone();
    await expect(aProcess().onApplicationBootstrap()).rejects.toThrow('no signing key is in force');
  });

  it('a process that has started goes on with what it knows, and says so', async () => {
    const keys = await aStartedProcess();
    const { kid } = signerOf(keys);
    await postpone();
    jest.advanceTimersByTime(MINUTE_MS);
    const warning = 'signing keys were not reloaded: no signing key is in force';
    await soon(() => expect(warnings).toEqual([warning]));
    expect(signerOf(keys).kid).toBe(kid);
    expect(keys.verifier(kid)).toBeDefined();
  });
});

describe('A process that has not heard from the database for ten minutes', () => {
  it('signs nothing, because a key may have replaced its own, until it has', async () => {
    const keys = await aStartedProcess();
    const later = performance.now() + 10 * MINUTE_MS;
    const clock = jest.spyOn(performance, 'now').mockReturnValue(later - MINUTE_MS);
    try {
      expect(signerOf(keys).kid).toMatch(/^[\w-]{16}$/);
      clock.mockReturnValue(later);
      expect(() => signerOf(keys)).toThrow(ServiceUnavailable);
      heard[0]?.();
      await soon(() => expect(signerOf(keys).kid).toMatch(/^[\w-]{16}$/));
    } finally {
      clock.mockRestore();
    }
  });
});
