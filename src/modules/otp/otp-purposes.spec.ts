import { type OtpWorld, otpWorldOn, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { hashOfSecret, newId } from '../../common/crypto.js';
import { compose } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { ContactReleased, PersonErased } from '../users/users.events.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { OtpEndings } from './otp-endings.service.js';
import { CONSUME_CODE } from './otp-verifier.service.js';
import type { Carried, Challenge } from './otp.service.js';

const over = 'otp.challenge_over';
const PROVEN = compose<{ pending: string | null }>(
  'test.proven',
  [CONSUME_CODE],
  'SELECT pending_password AS pending FROM proven',
);

let stored: StoredWorld;
let world: OtpWorld;
let events: Events;
let endings: OtpEndings;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = otpWorldOn(stored);
  events = new Events();
  endings = new OtpEndings(stored.database, world.limits, events);
  endings.onModuleInit();
});

afterAll(() => stored.close());

type Who = ReturnType<typeof somebody>;

async function ask(purpose: OtpPurpose, who: Who = somebody(), carried: Carried = {}) {
  const challenge = await world.otp.issue(purpose, who, carried);
  return { who, challenge, code: await world.codeOf(challenge) };
}

const check = (challenge: Challenge, code: string, terms: { purposes: OtpPurpose[]; subject?: string }) =>
  world.verifier.check(
    { challengeId: challenge.challengeId, code, network: somebody().asker.network, subject: terms.subject },
    terms.purposes,
  );

const statusOf = async ({ challengeId }: Challenge) => (await world.otp.status(challengeId)).status;
const pendingOf = async ({ challengeId }: Challenge) =>
  stored.sql('SELECT pending_password AS pending FROM otp_challenges WHERE id = $1', [hashOfSecret(challengeId)]);

describe('A password chosen at registration', () => {
  const hashPassword = () => Promise.resolve('a hash');

  it('waits in its challenge and comes out when the code is used, once', async () => {
    const { challenge, code } = await ask('registration', somebody(), { hashPassword });
    expect(await pendingOf(challenge)).toEqual([{ pending: 'a hash' }]);
    const values = world.verifier.consumption(await check(challenge, code, { purposes: ['registration'] }));
    expect(await stored.database.run(PROVEN, values)).toEqual([{ pending: 'a hash' }]);
    expect(await stored.database.run(PROVEN, values)).toEqual([]);
    expect(await pendingOf(challenge)).toEqual([{ pending: null }]);
  });

  it('does not come out of anybody else’s challenge, and goes when theirs wins', async () => {
    const { who, challenge } = await ask('registration', somebody(), { hashPassword });
    await stored.clock.advance('21 s');
    const own = await ask('sign_in', { contact: who.contact, asker: somebody().asker });
    const right = await check(own.challenge, own.code, { purposes: ['sign_in', 'registration'] });
    expect(await stored.database.run(PROVEN, world.verifier.consumption(right))).toEqual([{ pending: null }]);
    expect(await pendingOf(challenge)).toEqual([{ pending: null }]);
    expect(await statusOf(challenge)).toBe('over');
  });

  it('is replaced with its challenge', async () => {
    const { who, challenge } = await ask('registration', somebody(), { hashPassword });
    await stored.clock.advance('21 s');
    const next = await ask('registration', who, { hashPassword: () => Promise.resolve('another') });
    expect(await pendingOf(challenge)).toEqual([{ pending: null }]);
    expect(await pendingOf(next.challenge)).toEqual([{ pending: 'another' }]);
  });

  it('is not hashed when no message may be sent, and its failure costs no message', async () => {
    const who = somebody();
    const broken = () => Promise.reject(new Error('busy'));
    await expect(ask('registration', who, { hashPassword: broken })).rejects.toThrow('busy');
    const { challenge } = await ask('registration', who, { hashPassword });
    let hashed = 0;
    const counting = () => Promise.resolve(`hash ${(hashed += 1)}`);
    await expect(ask('registration', who, { hashPassword: counting })).rejects.toThrow('otp.resend_too_soon');
    expect(hashed).toBe(0);
    expect(await statusOf(challenge)).toBe('queued');
  });
});

describe('Purposes', () => {
  /** Uses a code for a purpose while others wait at its contact; tells what becomes of those. */
  async function othersAfter(purpose: OtpPurpose, others: readonly OtpPurpose[]): Promise<string[]> {
    const { who, challenge, code } = await ask(purpose);
    const waiting: Challenge[] = [];
    for (const other of others) {
      await stored.clock.advance('21 s');
      waiting.push((await ask(other, { contact: who.contact, asker: somebody().asker })).challenge);
    }
    await world.use(await check(challenge, code, { purposes: [purpose] }));
    return Promise.all(waiting.map(statusOf));
  }

  it.each(['sign_in', 'registration'] as const)('%s ends both ways of coming in, and nothing else', async (purpose) => {
    expect(await othersAfter(purpose, ['sign_in', 'registration', 'password_reset'])).toEqual([
      'over',
      'over',
      'queued',
    ]);
  });

  it('password_reset ends whatever was asked for under the old password', async () => {
    const others = ['sign_in', 'registration', 'password_reset', 'contact_change'] as const;
    expect(await othersAfter('password_reset', others)).toEqual(['over', 'over', 'over', 'over']);
  });

  it('contact_change ends only its own', async () => {
    expect(await othersAfter('contact_change', ['sign_in', 'contact_change'])).toEqual(['queued', 'over']);
  });

  it.each([
    ['sign_in', 'password_reset'],
    ['password_reset', 'contact_change'],
    ['registration', 'sign_in'],
  ] as const)('a code for %s is none for %s', async (purpose, other) => {
    const { challenge, code } = await ask(purpose);
    await expect(check(challenge, code, { purposes: [other] })).rejects.toThrow(over);
  });
});

describe('A change of contact', () => {
  it('is confirmed by whoever asked for it, and over for everybody else', async () => {
    const subject = newId();
    const { challenge, code } = await ask('contact_change', somebody(), { subject });
    const purposes: OtpPurpose[] = ['contact_change'];
    await expect(check(challenge, code, { purposes, subject: newId() })).rejects.toThrow(over);
    await expect(check(challenge, code, { purposes })).rejects.toThrow(over);
    expect(await check(challenge, code, { purposes, subject })).toMatchObject({ purpose: 'contact_change' });
  });

  it('cannot be passed off for a sign-in: that has no subject', async () => {
    const { challenge, code } = await ask('sign_in');
    await expect(check(challenge, code, { purposes: ['sign_in'], subject: newId() })).rejects.toThrow(over);
  });
});

describe('What waits for a code', () => {
  it('ends for a person everywhere: at their contacts, and where they wanted another', async () => {
    const personId = newId();
    const change = await ask('contact_change', somebody(), { subject: personId });
    const signIn = await ask('sign_in');
    const stranger = await ask('sign_in');
    await endings.endLive(personId, [signIn.who.contact]);
    const challenges = [change, signIn, stranger].map(({ challenge }) => challenge);
    expect(await Promise.all(challenges.map(statusOf))).toEqual(['over', 'over', 'queued']);
    await expect(check(signIn.challenge, signIn.code, { purposes: ['sign_in'] })).rejects.toThrow(over);
  });

  it.each([
    ['given up', (id: string, { contact }: Who) => new ContactReleased(id, contact)],
    ['erased', (id: string, { contact }: Who) => new PersonErased(id, [contact])],
  ])('is forgotten with a contact that is %s, also what is over, and the networks it came from', async (_, event) => {
    const { who, challenge, code } = await ask('sign_in');
    const right = await check(challenge, code, { purposes: ['sign_in'] });
    world.verifier.reward(right, (await world.use(right)) ?? []);
    await world.limits.beforeApplicationShutdown();
    await stored.clock.advance('21 s');
    await ask('sign_in', who);
    const kept = await ask('sign_in');
    await events.publish(event(newId(), who));
    const { value } = who.contact;
    expect(await stored.sql('SELECT FROM otp_challenges WHERE contact = $1', [value])).toEqual([]);
    const known = 'SELECT FROM otp_known_networks WHERE contact = $1';
    expect(await stored.sql(known, [world.limits.subject(value)])).toEqual([]);
    expect(await statusOf(kept.challenge)).toBe('queued');
  });
});
