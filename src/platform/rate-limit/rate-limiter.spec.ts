import fc from 'fast-check';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { newSecret } from '../../common/crypto.js';
import { RootKey } from '../root-key/root-key.js';
import { type Limit, RateLimiter } from './rate-limiter.js';

const MINUTE = 60;
const policy = (name: string, quota: number, windowSeconds: number): LimitPolicy => ({ name, quota, windowSeconds });

let world: StoredWorld;
let limiter: RateLimiter;

beforeAll(async () => {
  world = await startStoredWorld();
  limiter = new RateLimiter(world.database, new RootKey('a secret of the application, thirty-two'));
});

afterAll(() => world.close());

const aKey = () => limiter.key('spec', newSecret());
const hitsOf = async (key: Buffer) =>
  (await world.sql<{ hits: number }>('SELECT cardinality(hits) AS hits FROM rate_limits WHERE key = $1', [key]))[0]
    ?.hits;

/** The counters of {@link RateLimiter} as a list of moments each, in seconds. */
class Model {
  now = 0;
  private readonly hits = new Map<string, number[]>();

  /** The names of the policies that are full; takes when there are none. */
  take(limits: readonly Limit[]): string[] {
    const full = limits.filter(({ key, policy: { quota, windowSeconds } }) => {
      const recent = this.of(key).filter((hit) => hit > this.now - windowSeconds);
      return recent.length >= quota;
    });
    if (full.length === 0) for (const key of distinct(limits)) this.hits.set(hex(key), [this.now, ...this.of(key)]);
    return full.map((limit) => limit.policy.name);
  }

  refund(keys: readonly Buffer[]): void {
    for (const key of keys) this.hits.set(hex(key), this.of(key).slice(1));
  }

  private of(key: Buffer): number[] {
    return this.hits.get(hex(key)) ?? [];
  }
}

const hex = (key: Buffer) => key.toString('hex');
const distinct = (limits: readonly Limit[]) => [...new Map(limits.map(({ key }) => [hex(key), key])).values()];

type Step = { readonly take: number[] } | { readonly refund: number } | { readonly pass: number };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ take: fc.uniqueArray(fc.nat(2), { minLength: 1 }) }) },
    { weight: 1, arbitrary: fc.record({ refund: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ pass: fc.constantFrom(7, 31, 61, 130) }) },
  ),
  { maxLength: 40 },
);

/** The time of the database, in seconds: what the machine needs for a step passes there too. */
async function clock(): Promise<number> {
  const [row] = await world.sql<{ now: number }>('SELECT extract(epoch FROM clock_now())::float8 AS now');
  return row?.now ?? 0;
}

/** Three counters, each with a short rule and a long one. */
const threeCounters = (): Limit[][] =>
  [0, 1, 2].map((index) => {
    const key = aKey();
    const policies = [policy(`short ${index}`, index + 1, 30), policy(`long ${index}`, index + 3, 2 * MINUTE)];
    return policies.map((each) => ({ key, policy: each }));
  });

/** Plays one step in both worlds, and compares what they say. */
async function play(step: Step, counters: readonly Limit[][], model: Model): Promise<void> {
  if ('pass' in step) return world.clock.advance(`${step.pass} s`);
  model.now = await clock();
  if ('refund' in step) {
    const keys = distinct(counters[step.refund] ?? []);
    await limiter.refund(keys);
    return model.refund(keys);
  }
  const limits = step.take.flatMap((index) => counters[index] ?? []);
  const [refusal, full] = [await limiter.take(limits), model.take(limits)];
  expect(refusal === undefined).toBe(full.length === 0);
  if (refusal) expect(full).toContain(refusal.policy.name);
}

describe('Limits', () => {
  it('let through and refuse as a list of all moments would', async () => {
    const playAll = async (played: readonly Step[]) => {
      const [model, counters] = [new Model(), threeCounters()];
      for (const step of played) await play(step, counters, model);
    };
    await fc.assert(fc.asyncProperty(steps, playAll), { numRuns: 60 });
  }, 60_000);

  it('are exact however many ask at once, and take from all or from none', async () => {
    const [narrow, wide] = [aKey(), aKey()];
    const limits = [
      { key: wide, policy: policy('wide', 50, MINUTE) },
      { key: narrow, policy: policy('narrow', 7, MINUTE) },
    ];
    const refusals = await Promise.all(Array.from({ length: 60 }, () => limiter.take(limits)));
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(7);
    expect(new Set(refusals.map((refusal) => refusal?.policy.name))).toEqual(new Set([undefined, 'narrow']));
    expect([await hitsOf(narrow), await hitsOf(wide)]).toEqual([7, 7]);
  });

  it('leave no trace of whoever is refused', async () => {
    const [full, fresh] = [aKey(), aKey()];
    const ofFull = { key: full, policy: policy('full', 1, MINUTE) };
    await limiter.take([ofFull]);
    const fresher = { key: fresh, policy: policy('fresh', 1, MINUTE) };
    await Promise.all(Array.from({ length: 20 }, () => limiter.take([fresher, ofFull])));
    expect([await hitsOf(full), await hitsOf(fresh)]).toEqual([1, undefined]);
  });

  it('never wait for each other in a ring, whatever order they are named in', async () => {
    const keys = Array.from({ length: 6 }, aKey);
    const plenty = keys.map((key) => ({ key, policy: policy('plenty', 1_000, MINUTE) }));
    const orders = Array.from({ length: 60 }, (_, turn) =>
      plenty.map((_, index) => plenty[(index * 5 + turn) % 6] as Limit),
    );
    await expect(Promise.all(orders.map((order) => limiter.take(order)))).resolves.toBeDefined();
    expect(await Promise.all(keys.map(hitsOf))).toEqual(Array<number>(6).fill(60));
  });

  it('say when there is room again', async () => {
    const limits = [{ key: aKey(), policy: policy('two', 2, MINUTE) }];
    const since = await clock();
    await limiter.take(limits);
    await world.clock.advance('20 s');
    await limiter.take(limits);
    const refusal = await limiter.take(limits);
    const passed = (await clock()) - since;
    expect(refusal?.retryAfterSeconds).toBeLessThanOrEqual(40);
    expect(refusal?.retryAfterSeconds).toBeGreaterThanOrEqual(Math.ceil(MINUTE - passed));
    await world.clock.advance(`${refusal?.retryAfterSeconds} s`);
    expect(await limiter.take(limits)).toBeUndefined();
  });

  it('count no moment that a clock which was ahead has written', async () => {
    const key = aKey();
    const limits = [{ key, policy: policy('two', 2, MINUTE) }];
    await world.sql(
      `INSERT INTO rate_limits (key, hits, touched_at)
       VALUES ($1, array_fill(clock_now() + interval '60 days', ARRAY[3]), clock_now())`,
      [key],
    );
    expect([await limiter.take(limits), await limiter.take(limits)]).toEqual([undefined, undefined]);
    const refusal = await limiter.take(limits);
    expect(refusal?.retryAfterSeconds).toBeLessThanOrEqual(MINUTE);
  });

  it('that are taken in a transaction go with it', async () => {
    const limits = [{ key: aKey(), policy: policy('one', 1, MINUTE) }];
    const failing = world.database.transaction(async () => {
      expect(await limiter.takeWithin(limits)).toBeUndefined();
      throw new Error('the rest failed');
    });
    await expect(failing).rejects.toThrow('the rest failed');
    expect(await limiter.take(limits)).toBeUndefined();
  });
});
