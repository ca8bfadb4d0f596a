import { keepWarnings } from '../../../test/support/logged.js';
import { aNetwork, inBlock, makeKnown, outcomeOf, outcomesOf } from '../../../test/support/money-guard.js';
import { type OtpWorld, otpWorldOn, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Contact } from '../../common/contact.js';

const BLOCK = '+7912345';
/** High enough that only the breaker refuses. */
const SPARE = { LIMIT_CODES_PER_BLOCK_HOUR: 1_000, SMS_DAILY_BUDGET: 1_000_000 };

keepWarnings();
let stored: StoredWorld;
let world: OtpWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(async () => {
  world = otpWorldOn(stored, SPARE);
  await stored.sql('TRUNCATE rate_limits, paused_blocks, otp_challenges, otp_known_networks');
});

afterAll(() => stored.close());

describe('A number block that hardly answers', () => {
  /** Asks for codes to phones of the block that have not been asked for; `answered` of them are used. */
  async function attack({ sends, networks, answered = 0 }: { sends: number; networks: number; answered?: number }) {
    const askers = Array.from({ length: networks }, () => somebody().asker);
    for (const [index, contact] of inBlock(BLOCK, sends).entries()) {
      const challenge = await world.otp.issue('sign_in', {
        contact,
        asker: askers[index % networks] as (typeof askers)[0],
      });
      if (index < answered)
        await world.use(await world.verifier.check(await typedCode(challenge, aNetwork()), ['sign_in']));
    }
  }

  const typedCode = async (challenge: Parameters<OtpWorld['codeOf']>[0], network: string) => ({
    challengeId: challenge.challengeId,
    code: await world.codeOf(challenge),
    network,
  });

  /** A phone of the block that nobody has asked for. */
  let fresh = 5_000;
  const newcomer = (): Contact => ({ channel: 'sms', value: `${BLOCK}${(fresh += 1)}` });

  /** The first request after two minutes has the breaker look. */
  async function looked(): Promise<void> {
    await world.clock.advance('2 min 1 s');
    await outcomeOf(world, newcomer());
    await world.watch.settled();
  }

  it('is paused, but for a trickle of five an hour', async () => {
    await attack({ sends: 20, networks: 5 });
    await looked();
    expect(await outcomesOf(world, Array.from({ length: 8 }, newcomer))).toEqual({ sent: 5, 'sms.unavailable': 3 });
  });

  it('gets no more than its trickle where that is the greatest number of all', async () => {
    const elsewhere = await startStoredWorld();
    world = otpWorldOn(elsewhere, { ...SPARE, LIMIT_CODES_PER_BLOCK_HOUR: 20, LIMIT_CODES_PER_PAUSED_BLOCK_HOUR: 40 });
    await attack({ sends: 20, networks: 5 });
    await looked();
    const outcomes = await outcomesOf(world, Array.from({ length: 45 }, newcomer));
    await elsewhere.close();
    expect(outcomes).toEqual({ sent: 40, 'sms.unavailable': 5 });
  });

  it('is never paused for askers on a network from which the contact signed in', async () => {
    await attack({ sends: 20, networks: 5 });
    await looked();
    const [known, network] = [newcomer(), aNetwork()];
    await makeKnown(world, known, network);
    await outcomesOf(world, Array.from({ length: 8 }, newcomer));
    expect(await outcomeOf(world, known, network)).toBe('sent');
    expect(await outcomeOf(world, known)).toBe('sms.unavailable');
  });

  it.each([
    ['nineteen codes', { sends: 19, networks: 5 }],
    ['four networks', { sends: 20, networks: 4 }],
    ['every third code answered', { sends: 20, networks: 5, answered: 6 }],
  ])('is left alone with %s', async (_, facts) => {
    await attack(facts);
    await looked();
    expect(await outcomesOf(world, Array.from({ length: 8 }, newcomer))).toEqual({ sent: 8 });
  });

  it('is left alone while the codes are younger than two minutes', async () => {
    await attack({ sends: 25, networks: 5 });
    await outcomeOf(world, newcomer());
    await world.watch.settled();
    expect(await outcomesOf(world, Array.from({ length: 8 }, newcomer))).toEqual({ sent: 8 });
  });

  it('is paused again as soon as its pause is over, while the attack goes on', async () => {
    await attack({ sends: 20, networks: 5 });
    await looked();
    await world.clock.advance('30 min');
    await outcomeOf(world, newcomer());
    await world.watch.settled();
    expect(await outcomesOf(world, Array.from({ length: 8 }, newcomer))).toEqual({ sent: 5, 'sms.unavailable': 3 });
  });

  it('is shown to operators with its codes and its pause while that lasts; by another process without its digits', async () => {
    const elsewhere = otpWorldOn(stored, SPARE);
    await attack({ sends: 20, networks: 5 });
    await looked();
    const { worst, otherPaused } = await world.watch.standings();
    expect(worst).toEqual([{ block: `${BLOCK}****`, sent: 21, answered: 0, pausedUntil: expect.any(Date) as Date }]);
    expect(otherPaused).toEqual([]);
    const pause = { since: expect.any(Date) as Date, until: worst[0]?.pausedUntil };
    expect(await elsewhere.watch.standings()).toEqual({ worst: [], otherPaused: [pause] });
    await world.clock.advance('30 min');
    expect(await elsewhere.watch.standings()).toEqual({ worst: [], otherPaused: [] });
  });

  it('is not told from its number by whoever reads the database', async () => {
    await attack({ sends: 20, networks: 5 });
    await looked();
    const [row] = await world.sql<{ block: Buffer }>('SELECT block FROM paused_blocks');
    expect(row?.block).toHaveLength(16);
  });
});
