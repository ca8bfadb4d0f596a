import { hashOfSecret } from '../../common/crypto.js';
import { type OtpWorld, otpWorldOn, secondsBetween, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { ResendTooSoon, TooManyMessages } from '../otp-guard/otp-guard.errors.js';
import { ChallengeOver } from './otp.errors.js';

let stored: StoredWorld;
let world: OtpWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
  await stored.clock.stop();
});

beforeEach(() => {
  world = otpWorldOn(stored);
});

afterAll(() => stored.close());

const { challengeOver, tooSoon } = {
  challengeOver: { name: ChallengeOver.name },
  tooSoon: { name: ResendTooSoon.name },
};

/** Somebody who has just asked for a code. */
async function anAsker() {
  const { contact, asker } = somebody();
  const challenge = await world.otp.issue('sign_in', { contact, asker });
  return { contact, asker, challenge };
}

const now = async () => (await world.sql<{ now: Date }>('SELECT clock_now() AS now'))[0]?.now ?? new Date(0);
const statusOf = async (challengeId: string) => (await world.otp.status(challengeId)).status;

describe('Asking for a code', () => {
  it('tells where it goes and until when, and gives a secret that is kept nowhere', async () => {
    const { contact, challenge } = await anAsker();
    const started = await now();
    expect(challenge).toMatchObject({ channel: 'sms', codeLength: 4 });
    expect(challenge.sentTo).toBe(`+7 *** ***-**-${contact.value.slice(-2)}`);
    expect(challenge.challengeId).toMatch(/^[\w-]{22}$/);
    expect(secondsBetween(started, challenge.expiresAt)).toBe(300);
    expect(secondsBetween(challenge.resendAt, challenge.expiresAt)).toBe(240);
    const [row] = await world.sql<{ text: string }>(
      'SELECT challenge::text || message::text AS text FROM otp_challenges challenge JOIN messages message ON message_id = message.id WHERE challenge.id = $1',
      [hashOfSecret(challenge.challengeId)],
    );
    expect(row?.text).toContain(contact.value);
    expect(row?.text).not.toContain(challenge.challengeId);
  });

  it('queues a message in the asker’s language that dies with the code, and wakes the courier', async () => {
    const { contact, asker } = somebody();
    const before = world.woken;
    const challenge = await world.otp.issue('sign_in', { contact, asker: { ...asker, locale: 'ru' } });
    const message = await world.messageOf(challenge);
    expect(message).toMatchObject({ channel: 'sms', recipient: contact.value, locale: 'ru', state: 'queued' });
    expect(message.expiresAt).toEqual(challenge.expiresAt);
    expect(world.woken).toBe(before + 1);
    expect(await world.codeOf(challenge)).toMatch(/^\d{4}$/);
    expect(JSON.stringify(message.params)).not.toContain(`"${await world.codeOf(challenge)}"`);
  });

  it('by e-mail sends a longer code that lives ten minutes', async () => {
    const { asker } = somebody();
    const challenge = await world.otp.issue('sign_in', {
      contact: { channel: 'email', value: 'ann@example.org' },
      asker,
    });
    expect(challenge).toMatchObject({ channel: 'email', codeLength: 6, sentTo: 'a***@example.org' });
    expect(secondsBetween(challenge.resendAt, challenge.expiresAt)).toBe(540);
  });

  it('replaces the asker’s own challenge and leaves that of another network', async () => {
    const { contact, asker, challenge: first } = await anAsker();
    await world.clock.advance('21 s');
    const elsewhere = await world.otp.issue('sign_in', { contact, asker: somebody().asker });
    await world.clock.advance('21 s');
    await world.otp.issue('sign_in', { contact, asker });
    expect(await statusOf(first.challengeId)).toBe('over');
    expect(await statusOf(elsewhere.challengeId)).toBe('queued');
  });

  it('takes back the asker’s earlier message that still waits, and nobody else’s', async () => {
    const { contact, asker, challenge } = await anAsker();
    const old = await world.messageOf(challenge);
    await world.clock.advance('21 s');
    const elsewhere = await world.otp.issue('sign_in', { contact, asker: somebody().asker });
    await world.clock.advance('21 s');
    const again = await world.otp.issue('sign_in', { contact, asker });
    expect(await world.sql('SELECT state FROM messages WHERE id = $1', [old.id])).toEqual([{ state: 'expired' }]);
    expect(await world.messageOf(elsewhere)).toMatchObject({ state: 'queued' });
    expect(await world.messageOf(again)).toMatchObject({ state: 'queued' });
  });

  it('takes nothing from the limits when it could not be written', async () => {
    const { contact, asker } = somebody();
    const before = world.woken;
    await expect(world.otp.issue('sign_in', { contact, asker: { ...asker, locale: null as never } })).rejects.toThrow();
    expect(world.woken).toBe(before);
    await expect(world.otp.issue('sign_in', { contact, asker })).resolves.toBeDefined();
  });

  it('makes longer codes where somebody guesses about the contact, wherever that comes from', async () => {
    const { contact, asker } = somebody();
    const guess = () => world.limits.countWrong(world.limits.wrongCodeKeys(contact.value, somebody().asker.network));
    for (let time = 0; time < 9; time += 1) await guess();
    expect((await world.otp.issue('sign_in', { contact, asker })).codeLength).toBe(4);
    await guess();
    await world.clock.advance('21 s');
    const challenge = await world.otp.issue('sign_in', { contact, asker });
    expect(challenge.codeLength).toBe(8);
    expect(await world.codeOf(challenge)).toMatch(/^\d{8}$/);
  });

  it('makes longer codes where somebody guesses from the network, whomever that is about', async () => {
    const { asker, challenge } = await anAsker();
    const guess = () => world.limits.countWrong(world.limits.wrongCodeKeys(somebody().contact.value, asker.network));
    for (let time = 0; time < 4; time += 1) await guess();
    expect((await world.otp.issue('sign_in', { contact: somebody().contact, asker })).codeLength).toBe(4);
    await guess();
    expect((await world.otp.issue('sign_in', { contact: somebody().contact, asker })).codeLength).toBe(8);
    await world.clock.advance('61 s');
    expect((await world.otp.resend(challenge.challengeId, asker)).codeLength).toBe(8);
  });
});

describe('Asking again', () => {
  it('sends another code for the same challenge and takes back the message that still waits', async () => {
    const { asker, challenge } = await anAsker();
    const [old, oldCode] = [await world.messageOf(challenge), await world.codeOf(challenge)];
    await world.clock.advance('61 s');
    const before = world.woken;
    const again = await world.otp.resend(challenge.challengeId, { ...asker, locale: 'ru' });
    expect(again).toMatchObject({ challengeId: challenge.challengeId, sentTo: challenge.sentTo, codeLength: 4 });
    expect(world.woken).toBe(before + 1);
    expect(await world.messageOf(again)).toMatchObject({ state: 'queued', locale: 'ru' });
    expect(await world.sql('SELECT state FROM messages WHERE id = $1', [old.id])).toEqual([{ state: 'expired' }]);
    const source = await world.sql<{ generation: number }>('SELECT generation FROM otp_challenges WHERE id = $1', [
      hashOfSecret(challenge.challengeId),
    ]);
    expect(source).toEqual([{ generation: 2 }]);
    expect(oldCode).toMatch(/^\d{4}$/);
  });

  it('has to wait 60, 120 and 300 seconds, and says how long', async () => {
    const { asker, challenge } = await anAsker();
    const again = () => world.otp.resend(challenge.challengeId, asker);
    await world.clock.advance('50 s');
    await expect(again()).rejects.toMatchObject(tooSoon);
    const refusal: unknown = await again().catch((error: unknown) => error);
    expect(refusal).toHaveProperty('facts.policy', { name: 'otp-resend', quota: 1, windowSeconds: 60 });
    expect((refusal as ResendTooSoon).facts.retryAfterSeconds).toBe(10);
    await world.clock.advance('11 s');
    const second = await again();
    expect(secondsBetween(await now(), second.resendAt)).toBe(120);
    await world.clock.advance('121 s');
    const third = await again();
    expect(secondsBetween(await now(), third.resendAt)).toBe(300);
  });

  it('may be done from the very moment that was told', async () => {
    const { asker, challenge } = await anAsker();
    await world.clock.advance('21 s');
    await world.sql('UPDATE otp_challenges SET resend_at = clock_now() WHERE id = $1', [
      hashOfSecret(challenge.challengeId),
    ]);
    await expect(world.otp.resend(challenge.challengeId, asker)).resolves.toBeDefined();
  });

  it.each(['failed', 'expired', 'ambiguous', 'undelivered'])(
    'need not wait when the message was lost: %s',
    async (state) => {
      const { asker, challenge } = await anAsker();
      await world.settle(challenge, state);
      await expect(world.otp.resend(challenge.challengeId, asker)).resolves.toBeDefined();
    },
  );

  it.each(['queued', 'sending', 'sent', 'delivered'])(
    'has to wait when the message was not lost: %s',
    async (state) => {
      const { asker, challenge } = await anAsker();
      await world.clock.advance('21 s');
      await world.settle(challenge, state);
      await expect(world.otp.resend(challenge.challengeId, asker)).rejects.toMatchObject(tooSoon);
    },
  );

  it('has to wait also when nothing is known of the message any more', async () => {
    const { asker, challenge } = await anAsker();
    await world.clock.advance('21 s');
    await world.sql('DELETE FROM messages WHERE id = $1', [(await world.messageOf(challenge)).id]);
    await expect(world.otp.resend(challenge.challengeId, asker)).rejects.toMatchObject(tooSoon);
  });

  it('counts as a message to the contact', async () => {
    const { contact, asker, challenge } = await anAsker();
    await world.clock.advance('61 s');
    await world.otp.resend(challenge.challengeId, asker);
    await expect(world.otp.issue('sign_in', { contact, asker: somebody().asker })).rejects.toMatchObject(tooSoon);
  });

  it('is refused for a challenge that has expired, or never was', async () => {
    const { asker, challenge } = await anAsker();
    await world.clock.advance('300 s');
    await expect(world.otp.resend(challenge.challengeId, asker)).rejects.toMatchObject(challengeOver);
    await expect(world.otp.resend('never', asker)).rejects.toMatchObject(challengeOver);
  });

  it('happens once when it is asked twice at the same time, and the loser’s charge is given back', async () => {
    const { contact, asker, challenge } = await anAsker();
    await world.clock.advance('61 s');
    const again = () => world.otp.resend(challenge.challengeId, asker);
    const outcomes = await Promise.allSettled([again(), again(), again()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const sent = await world.sql('SELECT FROM messages WHERE recipient = $1', [contact.value]);
    expect(sent).toHaveLength(2);
  });

  it('gives the charge back when the challenge ended in between', async () => {
    const { contact, asker, challenge } = await anAsker();
    await world.clock.advance('61 s');
    await world.sql(`CREATE FUNCTION test_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`);
    await world.sql(`CREATE TRIGGER test_end BEFORE UPDATE ON otp_challenges FOR EACH ROW EXECUTE FUNCTION test_end()`);
    await expect(world.otp.resend(challenge.challengeId, asker)).rejects.toMatchObject(challengeOver);
    await world.sql('DROP TRIGGER test_end ON otp_challenges');
    await expect(world.otp.issue('sign_in', { contact, asker: somebody().asker })).resolves.toBeDefined();
  });
});

describe('How a challenge fares', () => {
  it.each([
    ['queued', 'queued'],
    ['sending', 'queued'],
    ['sent', 'sent'],
    ['delivered', 'sent'],
    ['failed', 'failed'],
    ['expired', 'failed'],
    ['ambiguous', 'failed'],
    ['undelivered', 'failed'],
  ])('is told by its message: %s is %s', async (state, status) => {
    const { challenge } = await anAsker();
    await world.settle(challenge, state);
    expect(await world.otp.status(challenge.challengeId)).toMatchObject({ status, expiresAt: challenge.expiresAt });
  });

  it('is failed when its message is gone', async () => {
    const { challenge } = await anAsker();
    await world.sql('DELETE FROM messages WHERE id = $1', [(await world.messageOf(challenge)).id]);
    expect(await statusOf(challenge.challengeId)).toBe('failed');
  });

  it('comes with the moment from which it may be sent again', async () => {
    const { challenge } = await anAsker();
    expect((await world.otp.status(challenge.challengeId)).resendAt).toEqual(challenge.resendAt);
  });

  it('comes with “now” for a lost message, as long as the ladder would have it wait', async () => {
    const { challenge } = await anAsker();
    await world.settle(challenge, 'failed');
    const { resendAt } = await world.otp.status(challenge.challengeId);
    expect(resendAt).toEqual(await now());
    await world.clock.advance('100 s');
    expect((await world.otp.status(challenge.challengeId)).resendAt).toEqual(challenge.resendAt);
  });

  it('is over once it expired, and told with its times', async () => {
    const { challenge } = await anAsker();
    await world.clock.advance('301 s');
    const { expiresAt, resendAt } = challenge;
    expect(await world.otp.status(challenge.challengeId)).toEqual({ status: 'over', expiresAt, resendAt });
  });

  it('is used once its code was given back', async () => {
    const { challenge, asker } = await anAsker();
    const { challengeId, expiresAt, resendAt } = challenge;
    const typed = { challengeId, code: await world.codeOf(challenge), network: asker.network };
    await world.use(await world.verifier.check(typed, ['sign_in']));
    expect(await world.otp.status(challengeId)).toEqual({ status: 'used', expiresAt, resendAt });
  });

  it('is over for one that never was', async () => {
    expect(await world.otp.status('never')).toEqual({ status: 'over', expiresAt: null, resendAt: null });
  });
});

it('Several askers of a contact are three at most', async () => {
  const { contact } = somebody();
  for (const { asker } of [somebody(), somebody(), somebody()]) {
    await world.otp.issue('sign_in', { contact, asker });
    await world.clock.advance('21 s');
  }
  const refused = world.otp.issue('sign_in', { contact, asker: somebody().asker });
  await expect(refused).rejects.toMatchObject({ name: TooManyMessages.name });
});
