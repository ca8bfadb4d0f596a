import { aNetwork, aPhone, inBlock, makeKnown, outcomeOf, outcomesOf } from '../../../test/support/money-guard.js';
import { type OtpWorld, otpWorldOn } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Contact } from '../../common/contact.js';
import type { DomainError } from '../../common/domain-error.js';

const HOUR = 3_600;

let stored: StoredWorld;
let world: OtpWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(async () => {
  world = otpWorldOn(stored);
  await stored.sql('TRUNCATE rate_limits, sms_budget, paused_blocks, otp_challenges, otp_known_networks');
});

afterAll(() => stored.close());

const counted = async () => world.sql<{ key: Buffer; hits: Date[] }>('SELECT key, hits FROM rate_limits ORDER BY key');
const spent = async () => (await world.budget.standing()).spentToday;

describe('A network', () => {
  it('may ask for thirty codes in an hour that nobody answers, also at once, whatever the channel', async () => {
    const network = aNetwork();
    const phones = Array.from({ length: 35 }, aPhone);
    expect(await outcomesOf(world, phones, network)).toEqual({ sent: 30, 'otp-network': 5 });
    expect(await outcomeOf(world, { channel: 'email', value: 'ann@example.org' }, network)).toBe('otp-network');
    expect(await outcomeOf(world, aPhone())).toBe('sent');
    await world.clock.advance('1 h');
    expect(await outcomeOf(world, aPhone(), network)).toBe('sent');
  });

  it('is not punished for codes that are answered: sixty people in an hour', async () => {
    const network = aNetwork();
    for (let person = 0; person < 60; person += 1) {
      const contact = aPhone();
      const { shares } = await world.charges.charge({ contact, network });
      world.limits.reward({ contact, network, shares });
      await world.limits.beforeApplicationShutdown();
    }
    expect(await outcomeOf(world, aPhone(), network)).toBe('sent');
  });

  it('that has asked for too many does not keep its known people from signing in', async () => {
    const [network, known] = [aNetwork(), aPhone()];
    await makeKnown(world, known, network);
    await outcomesOf(world, Array.from({ length: 30 }, aPhone), network);
    expect(await outcomeOf(world, aPhone(), network)).toBe('otp-network');
    expect(await outcomeOf(world, known, network)).toBe('sent');
  });
});

describe('A number block', () => {
  it('gets fifteen codes in an hour that nobody answers, also at once', async () => {
    expect(await outcomesOf(world, inBlock('+7912345', 20))).toEqual({ sent: 15, 'otp-block': 5 });
    const [, other] = inBlock('+7912346', 2);
    expect(await outcomeOf(world, other as Contact)).toBe('sent');
    await world.clock.advance('1 h');
    expect(await outcomeOf(world, inBlock('+7912345', 30).at(-1) as Contact)).toBe('sent');
  });

  it('does not count for askers on a network from which the contact signed in', async () => {
    const [known, ...others] = inBlock('+7912345', 20);
    const network = aNetwork();
    await makeKnown(world, known as Contact, network);
    await outcomesOf(world, others);
    expect(await outcomeOf(world, known as Contact, network)).toBe('sent');
  });

  it('that is full tells nobody elsewhere which of its numbers are known', async () => {
    const [known, unknown, ...others] = inBlock('+7912345', 20);
    await makeKnown(world, known as Contact);
    await outcomesOf(world, others);
    expect(await outcomesOf(world, [known as Contact, unknown as Contact])).toEqual({ 'otp-block': 2 });
  });
});

describe('Whoever is over one limit', () => {
  it.each([
    ['of the network', async (network: string) => outcomesOf(world, Array.from({ length: 30 }, aPhone), network)],
    ['of the block', async () => outcomesOf(world, inBlock('+7912345', 15))],
  ])('%s uses up no other, and writes nothing', async (_, fill) => {
    const network = aNetwork();
    await fill(network);
    const before = [await counted(), await spent()];
    expect(await outcomeOf(world, { channel: 'sms', value: '+79123459999' }, network)).not.toBe('sent');
    expect([await counted(), await spent()]).toEqual(before);
  });

  it('uses up no other when many find out at the same moment', async () => {
    const network = aNetwork();
    await outcomesOf(world, Array.from({ length: 29 }, aPhone), network);
    const phones = Array.from({ length: 20 }, aPhone);
    expect(await outcomesOf(world, phones, network)).toEqual({ sent: 1, 'otp-network': 19 });
    // The refused phones have kept their twenty seconds, and all that the hour gives them.
    expect(await outcomesOf(world, phones)).toEqual({ sent: 19, 'otp-gap': 1 });
    expect(await spent()).toBe(29 + 1 + 19);
  });
});

describe('The budget', () => {
  const SPARE = { LIMIT_CODES_PER_NETWORK_HOUR: 10_000, SMS_DAILY_BUDGET: 240 };

  beforeEach(async () => {
    world = otpWorldOn(stored, SPARE);
    await startOfDay();
  });

  it('is spent by the hour, three parts of twenty-four, and keeps a fifth of each for known people', async () => {
    expect(await outcomesOf(world, Array.from({ length: 40 }, aPhone))).toEqual({ sent: 24, 'sms.unavailable': 16 });
    const known = Array.from({ length: 10 }, aPhone);
    for (const contact of known) await makeKnown(world, contact);
    expect(await outcomesOf(world, known)).toEqual({ sent: 6, 'sms.unavailable': 4 });
    expect(await world.budget.standing()).toEqual({
      spentToday: 30,
      daily: 240,
      spentThisHour: 30,
      left: 0,
      reserveLeft: 0,
    });
    await world.clock.advance('1 h');
    expect(await outcomeOf(world, aPhone())).toBe('sent');
  });

  it('ends the day when it is spent, and says to come again when there is more', async () => {
    for (let hour = 0; hour < 8; hour += 1) {
      const known = Array.from({ length: 30 }, aPhone);
      for (const contact of known) await makeKnown(world, contact);
      expect(await outcomesOf(world, known)).toEqual({ sent: 30 });
      await world.clock.advance('1 h');
    }
    expect(await spent()).toBe(240);
    const wait = await secondsToWait(aPhone());
    expect(wait).toBeGreaterThan(15 * HOUR);
    expect(wait).toBeLessThanOrEqual(16 * HOUR);
    await world.clock.advance(`${wait} s`);
    expect(await outcomeOf(world, aPhone())).toBe('sent');
  });

  it('keeps its fifth of the whole day: what known people leave of an hour is not for strangers in the next', async () => {
    for (let hour = 0; hour < 9; hour += 1) {
      const sent = await outcomesOf(world, Array.from({ length: 30 }, aPhone));
      expect(sent.sent ?? 0).toBe(hour < 8 ? 24 : 0);
      await world.clock.advance('1 h');
    }
    expect(await world.budget.standing()).toMatchObject({
      spentToday: 192,
      spentThisHour: 0,
      left: 0,
      reserveLeft: 30,
    });
    expect(await secondsToWait(aPhone())).toBeGreaterThan(14 * HOUR);
    const known = Array.from({ length: 60 }, aPhone);
    for (const contact of known) await makeKnown(world, contact);
    expect(await outcomesOf(world, known.slice(0, 40))).toEqual({ sent: 30, 'sms.unavailable': 10 });
    await world.clock.advance('1 h');
    expect(await outcomesOf(world, known.slice(40))).toEqual({ sent: 18, 'sms.unavailable': 2 });
    expect(await spent()).toBe(240);
  });

  it('within the day says to come again in the next hour', async () => {
    await outcomesOf(world, Array.from({ length: 24 }, aPhone));
    const wait = await secondsToWait(aPhone());
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(HOUR);
    await world.clock.advance(`${wait} s`);
    expect(await outcomeOf(world, aPhone())).toBe('sent');
  });

  it('is not stopped by an hour that a clock which was ahead has begun', async () => {
    await world.sql(
      `INSERT INTO sms_budget (hour, slot, spent_before, general_before)
       SELECT date_trunc('hour', clock_now(), 'UTC') + interval '60 days', slot, 240, 240 FROM generate_series(0, 7) AS slot`,
    );
    expect(await outcomesOf(world, Array.from({ length: 30 }, aPhone))).toEqual({ sent: 24, 'sms.unavailable': 6 });
    expect(await secondsToWait(aPhone())).toBeLessThanOrEqual(HOUR);
  });

  it('that is spent charges nobody for what is not sent', async () => {
    await outcomesOf(world, Array.from({ length: 24 }, aPhone));
    const before = await counted();
    expect(await outcomeOf(world, aPhone())).toBe('sms.unavailable');
    expect(await counted()).toEqual(before);
  });

  it('is not spent by e-mails', async () => {
    await outcomesOf(world, Array.from({ length: 24 }, aPhone));
    expect(await outcomeOf(world, { channel: 'email', value: 'bob@example.org' })).toBe('sent');
    expect(await spent()).toBe(24);
  });

  it('gets back what was never written', async () => {
    const charge = await world.charges.charge({ contact: aPhone(), network: aNetwork() });
    expect(await spent()).toBe(1);
    await world.charges.cancel(charge);
    expect(await spent()).toBe(0);
  });

  it.each([8, 16, 64, 100])('of %i a day is kept to when many ask at once', async (daily) => {
    world = otpWorldOn(stored, { ...SPARE, SMS_DAILY_BUDGET: daily });
    const slice = Math.floor((daily * 3) / 24);
    const outcomes = await outcomesOf(world, Array.from({ length: 40 }, aPhone));
    expect(outcomes.sent).toBe(slice - Math.floor(slice / 5));
  });

  it('is kept to in the moment when an hour begins', async () => {
    // More than is asked for: what is spent last is spent at the end of the hour.
    world = otpWorldOn(stored, { ...SPARE, SMS_DAILY_BUDGET: 1_000_000 });
    await world.clock.advance('3597 s');
    const hours = () => world.sql('SELECT DISTINCT hour FROM sms_budget');
    const askers = Array.from({ length: 4 }, async () => {
      while ((await hours()).length < 2) await outcomeOf(world, aPhone());
      await outcomeOf(world, aPhone());
    });
    await Promise.all(askers);
    const rows = await world.sql<{ hour: Date; sent: number; before: number }>(
      'SELECT hour, sum(spent)::int AS sent, max(spent_before) AS before FROM sms_budget GROUP BY hour ORDER BY hour',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]?.sent).toBeGreaterThan(0);
    // Whatever was spent to the last instant of the hour is known to the next.
    expect(rows[1]?.before).toBe(rows[0]?.sent);
  });

  async function secondsToWait(contact: Contact): Promise<number> {
    const refusal: unknown = await world.charges
      .charge({ contact, network: aNetwork() })
      .catch((error: unknown) => error);
    return (refusal as DomainError).facts.retryAfterSeconds ?? 0;
  }

  /** Goes to the first second of the next day (UTC), so that no hour ends by itself while one is spent. */
  async function startOfDay(): Promise<void> {
    const [row] = await world.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM date_trunc('day', clock_now(), 'UTC') + interval '1 day' - clock_now())::float8 AS seconds`,
    );
    await world.clock.advance(`${row?.seconds} s`);
  }
});

describe('While no SMS is sent', () => {
  beforeAll(() => stored.clock.stop());

  afterEach(() => stored.sql(`UPDATE sending SET enabled = true, open_until = NULL`));

  it.each([
    ['switched it off', 'enabled = false', 60],
    ['whose provider fails', `open_until = clock_now() + interval '42 seconds'`, 42],
  ])('by operators who %s, it is said when to come again, and nothing is charged', async (_, change, seconds) => {
    await stored.sql(`UPDATE sending SET ${change} WHERE channel = 'sms'`);
    const refusal: unknown = await world.charges
      .charge({ contact: aPhone(), network: aNetwork(), placeFor: 'sign_in' })
      .catch((error: unknown) => error);
    expect((refusal as DomainError).kind.code).toBe('sms.unavailable');
    expect((refusal as DomainError).facts.retryAfterSeconds).toBe(seconds);
    expect([await counted(), await spent()]).toEqual([[], 0]);
  });

  it('e-mails are', async () => {
    await stored.sql('UPDATE sending SET enabled = false');
    expect(await outcomeOf(world, { channel: 'email', value: 'ann@example.org' })).toBe('sent');
  });
});
