import { type OtpWorld, otpWorldOn, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { LIMITS } from '../../config/limits.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { ChallengeOver, CodeWrong, TooManyWrongCodes } from './otp.errors.js';

const PURPOSES: readonly OtpPurpose[] = ['sign_in'];
const over = { name: ChallengeOver.name };

let stored: StoredWorld;
let world: OtpWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = otpWorldOn(stored);
});

afterAll(() => stored.close());

/** Another code of the same length: each digit is one more. */
const wrongFor = (code: string) => code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));

/** Somebody who has asked for a code and knows it. */
async function anAsker() {
  const { contact, asker } = somebody();
  const challenge = await world.otp.issue('sign_in', { contact, asker });
  const { challengeId } = challenge;
  const code = await world.codeOf(challenge);
  const type = (typed: string, network: string = asker.network) =>
    world.verifier.check({ challengeId, code: typed, network }, PURPOSES);
  return { contact, asker, challenge, code, type };
}

async function attemptsLeftAfter(attempt: Promise<unknown>): Promise<unknown> {
  const refusal: unknown = await attempt.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(CodeWrong);
  return (refusal as CodeWrong).facts.extras?.attemptsLeft;
}

const wrongFrom = (network: string) =>
  world.limits.countWrong(world.limits.wrongCodeKeys(somebody().contact.value, network));

describe('A right code', () => {
  it('tells what was proven', async () => {
    const { contact, asker, code, type } = await anAsker();
    const right = await type(code);
    expect(right).toMatchObject({ contact, network: asker.network, purpose: 'sign_in', generation: 1 });
    expect(Buffer.isBuffer(right.challenge)).toBe(true);
  });

  it('may be given back from any network', async () => {
    const { code, type } = await anAsker();
    const { network } = somebody().asker;
    expect(await type(code, network)).toMatchObject({ network });
  });

  it('is used once: the first of several wins', async () => {
    const { code, type } = await anAsker();
    const [one, two] = [await type(code), await type(code)];
    const used = await Promise.all([world.use(one), world.use(two)]);
    expect(used.filter((charges) => charges !== undefined)).toHaveLength(1);
    await expect(type(code)).rejects.toMatchObject(over);
  });

  it('is no longer the one to use once another was sent', async () => {
    const { asker, challenge, code, type } = await anAsker();
    const right = await type(code);
    await world.clock.advance('61 s');
    await world.otp.resend(challenge.challengeId, asker);
    expect(await world.use(right)).toBeUndefined();
  });

  it('knows what each of its messages was charged to', async () => {
    const { asker, challenge, code, type } = await anAsker();
    await world.clock.advance('61 s');
    await world.otp.resend(challenge.challengeId, asker);
    expect(await world.codeOf(challenge)).toHaveLength(code.length);
    const charges = await world.use(await type(await world.codeOf(challenge)));
    // The contact, the network and the number block, twice.
    expect(charges).toHaveLength(6);
  });

  it('ends the challenges of the contact’s other askers', async () => {
    const { contact, code, type } = await anAsker();
    await world.clock.advance('21 s');
    const other = await world.otp.issue('sign_in', { contact, asker: somebody().asker });
    await world.use(await type(code));
    expect((await world.otp.status(other.challengeId)).status).toBe('over');
  });

  it('counts as a right check, and gives its messages back to their limits', async () => {
    const { contact, asker, challenge, code, type } = await anAsker();
    const right = await type(code);
    const charges = (await world.use(right)) ?? [];
    expect(charges).toHaveLength(3);
    await world.sql('DELETE FROM otp_check_stats');
    world.verifier.reward(right, charges);
    await world.limits.beforeApplicationShutdown();
    expect(await world.sql('SELECT checks, wrong FROM otp_check_stats')).toEqual([{ checks: 1, wrong: 0 }]);
    const left = [];
    while (left.length < 5) {
      await world.clock.advance('21 s');
      left.push((await world.otp.issue('sign_in', { contact, asker })).challengeId);
    }
    expect(left).not.toContain(challenge.challengeId);
  });
});

describe('A wrong code', () => {
  it('costs one of five attempts, and says how many are left', async () => {
    const { code, type } = await anAsker();
    const left = [];
    while (left.length < 5) left.push(await attemptsLeftAfter(type(wrongFor(code))));
    expect(left).toEqual([4, 3, 2, 1, 0]);
    await expect(type(code)).rejects.toMatchObject(over);
  });

  it('costs nothing when it was right before the last one was sent', async () => {
    const { asker, challenge, code, type } = await anAsker();
    await world.clock.advance('61 s');
    await world.otp.resend(challenge.challengeId, asker);
    const second = await world.codeOf(challenge);
    if (second === code) return;
    const wrong = ['0000', '1111', '2222'].find((each) => each !== code && each !== second) ?? '';
    await world.sql('DELETE FROM otp_check_stats');
    for (let time = 0; time < 6; time += 1) expect(await attemptsLeftAfter(type(code))).toBe(5);
    expect(await world.sql('SELECT FROM otp_check_stats')).toEqual([]);
    expect(await attemptsLeftAfter(type(wrong))).toBe(4);
    await expect(type(second)).resolves.toMatchObject({ generation: 2 });
  });

  it('is counted for its contact, its network and everybody', async () => {
    const { contact, code, type } = await anAsker();
    await world.sql('DELETE FROM otp_check_stats');
    const { network } = somebody().asker;
    await attemptsLeftAfter(type(wrongFor(code), network));
    expect(await world.sql('SELECT checks, wrong FROM otp_check_stats')).toEqual([{ checks: 1, wrong: 1 }]);
    const keys = world.limits.wrongCodeKeys(contact.value, network);
    for (const key of [keys.contact, keys.network]) {
      expect(await world.sql('SELECT cardinality(hits) AS hits FROM rate_limits WHERE key = $1', [key])).toEqual([
        { hits: 1 },
      ]);
    }
    expect(keys.network).toEqual(world.limits.wrongFromNetwork(network));
    expect(keys.contact).not.toEqual(keys.network);
  });

  it('is not even looked at from a network with sixty of them in an hour', async () => {
    const { asker, code, type } = await anAsker();
    for (let time = 0; time < 59; time += 1) await wrongFrom(asker.network);
    await expect(type(code)).resolves.toBeDefined();
    await wrongFrom(asker.network);
    const refusal: unknown = await type(code).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TooManyWrongCodes);
    expect(refusal).toHaveProperty('facts.policy', { name: 'otp-wrong-network', quota: 60, windowSeconds: 3_600 });
    const wait = (refusal as TooManyWrongCodes).facts.retryAfterSeconds;
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    await expect(type(code, somebody().asker.network)).resolves.toBeDefined();
  });

  it('is refused in the end wherever the configuration sets that number', async () => {
    const elsewhere = await startStoredWorld();
    const { most } = LIMITS.LIMIT_WRONG_CODES_PER_NETWORK_HOUR;
    world = otpWorldOn(elsewhere, { LIMIT_WRONG_CODES_PER_NETWORK_HOUR: most });
    const { asker, code, type } = await anAsker();
    for (let time = 0; time < most; time += 1) await wrongFrom(asker.network);
    const refusal: unknown = await type(code).catch((error: unknown) => error);
    await elsewhere.close();
    expect(refusal).toBeInstanceOf(TooManyWrongCodes);
  });
});

describe('A code', () => {
  it('is for nothing but its purpose', async () => {
    const { asker, challenge, code } = await anAsker();
    const typed = { challengeId: challenge.challengeId, code, network: asker.network };
    await expect(world.verifier.check(typed, [])).rejects.toMatchObject(over);
    await expect(world.verifier.check(typed, PURPOSES)).resolves.toBeDefined();
  });

  it('is dead after five minutes', async () => {
    const { code, type } = await anAsker();
    await world.clock.advance('301 s');
    await expect(type(code)).rejects.toMatchObject(over);
  });

  it('of a challenge that never was is refused like one that is over', async () => {
    const typed = { challengeId: 'never', code: '0000', network: somebody().asker.network };
    await expect(world.verifier.check(typed, PURPOSES)).rejects.toMatchObject(over);
  });
});
