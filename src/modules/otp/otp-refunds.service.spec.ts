import { aNetwork, aPhone, outcomesOf } from '../../../test/support/money-guard.js';
import { type OtpWorld, otpWorldOn } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Contact } from '../../common/contact.js';
import { LEAST_ID } from '../../common/crypto.js';
import { type ClaimedMessage, Outbox, type Outcome } from '../courier/outbox.js';
import { OtpRefunds } from './otp-refunds.service.js';
import type { Challenge } from './otp.service.js';

let stored: StoredWorld;
let world: OtpWorld;
let outbox: Outbox;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(async () => {
  world = otpWorldOn(stored, { LIMIT_CODES_PER_NETWORK_HOUR: 1 });
  outbox = new Outbox(world.database, world.events);
  new OtpRefunds(world.database, world.events).onModuleInit();
  world.budget.onModuleInit();
  await stored.sql('TRUNCATE rate_limits, sms_budget, otp_challenges, messages, outbox');
  await pastTheFirstSecond();
});

afterAll(() => stored.close());

/** What is queued in the first second of an hour may have been charged to the one before. */
async function pastTheFirstSecond(): Promise<void> {
  const [row] = await world.sql<{ first: boolean }>(
    `SELECT clock_now() < date_trunc('hour', clock_now(), 'UTC') + interval '2 seconds' AS first`,
  );
  if (row?.first) await world.clock.advance('2 s');
}

async function ask(contact: Contact, network: string): Promise<Challenge> {
  return world.otp.issue('sign_in', { contact, asker: { network, locale: 'en' } });
}

/** Has the courier carry what is due, and each message end so. */
async function carry(end: Pick<Outcome, 'state' | 'failure' | 'refused'>): Promise<ClaimedMessage[]> {
  const claimed = await outbox.claim('sms', 20, LEAST_ID);
  await outbox.settle(
    'sms',
    claimed.map(({ id, attempts }) => ({ id, attempt: attempts, ...end })),
  );
  return claimed;
}

const spent = async () => (await world.budget.standing()).spentToday;
const hitsLeft = async () =>
  (await world.sql<{ hits: number }>('SELECT sum(cardinality(hits))::int AS hits FROM rate_limits'))[0]?.hits;

describe('A code that certainly reached nobody', () => {
  it.each([
    ['expired before it was sent', { state: 'expired' }],
    ['was never taken', { state: 'failed', failure: 'no_connection' }],
  ] as const)('because it %s is given back to every limit, and to the budget', async (_, end) => {
    const [contact, network] = [aPhone(), aNetwork()];
    await ask(contact, network);
    expect(await outcomesOf(world, [aPhone()], network)).toEqual({ 'otp-network': 1 });
    await carry(end);
    expect(await spent()).toBe(0);
    // The distance to the next message alone is left.
    expect(await hitsLeft()).toBe(1);
    expect(await outcomesOf(world, [aPhone()], network)).toEqual({ sent: 1 });
  });

  it('is given back once, also when the challenge is answered later', async () => {
    const [contact, network] = [aPhone(), aNetwork()];
    const challenge = await ask(contact, network);
    await carry({ state: 'expired' });
    await world.clock.advance('21 s');
    const again = await world.otp.resend(challenge.challengeId, { network, locale: 'en' });
    await carry({ state: 'sent' });
    expect(await spent()).toBe(1);
    const typed = { challengeId: again.challengeId, code: await world.codeOf(again), network };
    const charges = (await world.use(await world.verifier.check(typed, ['sign_in']))) ?? [];
    expect(charges).toHaveLength(3);
  });

  it('is given back once, also when another challenge has taken its place', async () => {
    const [contact, network] = [aPhone(), aNetwork()];
    await ask(contact, network);
    const claimed = await outbox.claim('sms', 20, LEAST_ID);
    await world.clock.advance('21 s');
    await world.sql('UPDATE rate_limits SET hits = $1 WHERE cardinality(hits) = 1', ['{}']);
    const second = await ask(contact, network);
    const ended = claimed.map(({ id, attempts }) => ({ id, attempt: attempts, state: 'expired' as const }));
    const before = await hitsLeft();
    await outbox.settle('sms', ended);
    expect(await hitsLeft()).toBe(before);
    const typed = { challengeId: second.challengeId, code: await world.codeOf(second), network };
    expect(await world.use(await world.verifier.check(typed, ['sign_in']))).toHaveLength(6);
  });

  it('counts all the same where the provider refused it, but costs nothing', async () => {
    const network = aNetwork();
    await ask(aPhone(), network);
    await carry({ state: 'failed', failure: 'invalid_number', refused: true });
    expect(await spent()).toBe(0);
    expect(await outcomesOf(world, [aPhone()], network)).toEqual({ 'otp-network': 1 });
  });

  it('is given back when it is too late to be sent while nothing is', async () => {
    await ask(aPhone(), aNetwork());
    await world.clock.advance('6 min');
    await outbox.expire('sms');
    expect(await spent()).toBe(0);
  });
});

describe('A code that may have reached somebody', () => {
  it.each(['sent', 'ambiguous'] as const)('is not given back: %s', async (state) => {
    const network = aNetwork();
    await ask(aPhone(), network);
    await carry({ state });
    expect(await spent()).toBe(1);
    expect(await outcomesOf(world, [aPhone()], network)).toEqual({ 'otp-network': 1 });
  });
});

describe('What a challenge was charged to', () => {
  it('is handed on to the one that replaces it while that still counts, and no longer', async () => {
    const [contact, network] = [aPhone(), aNetwork()];
    world = otpWorldOn(stored);
    const chargesAfter = async (interval: string) => {
      await world.clock.advance(interval);
      const { id } = await world.messageOf(await ask(contact, network));
      const [row] = await world.sql<{ charges: number }>(
        'SELECT cardinality(charges) AS charges FROM otp_challenges WHERE message_id = $1',
        [id],
      );
      return row?.charges;
    };
    expect(await chargesAfter('0 s')).toBe(3);
    expect(await chargesAfter('25 min')).toBe(6);
    // The first is too long ago, however new the challenge is that would hand it on.
    expect(await chargesAfter('26 min')).toBe(3);
    expect(await chargesAfter('25 min')).toBe(6);
  });
});
