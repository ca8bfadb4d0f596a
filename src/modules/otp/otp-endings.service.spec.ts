import { type OtpWorld, otpWorldOn, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { Events } from '../../platform/events/events.js';
import { PersonErased } from '../users/users.events.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { OtpEndings } from './otp-endings.service.js';
import { ChallengeOver } from './otp.errors.js';

let stored: StoredWorld;
let world: OtpWorld;
let events: Events;
let endings: OtpEndings;

beforeAll(async () => {
  stored = await startStoredWorld();
  world = otpWorldOn(stored);
  events = new Events();
  endings = new OtpEndings(stored.database, world.limits, events);
  endings.onModuleInit();
});

afterAll(() => stored.close());

async function ask(purpose: OtpPurpose, subject?: string, who = somebody()) {
  const challenge = await world.otp.issue(purpose, who, { subject });
  const typed = { ...challenge, code: await world.codeOf(challenge), network: who.asker.network, subject };
  return { challenge, typed, contact: who.contact };
}

const statusOf = async ({ challenge }: { challenge: { challengeId: string } }) =>
  (await world.otp.status(challenge.challengeId)).status;

describe('The code of somebody who changes a contact', () => {
  it('is used once, and ends what else waits for them, but not for others who want the same', async () => {
    const [person, other] = [newId(), newId()];
    const [wanted, theirs] = [await ask('contact_change', person), await ask('sign_in')];
    const [another, stranger] = [await ask('contact_change', person), await ask('sign_in')];
    await stored.clock.advance('61 s');
    const rival = await ask('contact_change', other, { ...somebody(), contact: wanted.contact });
    const right = await world.verifier.check(wanted.typed, ['contact_change']);
    const charges = await endings.useAndEndLive(right, person, [theirs.contact, wanted.contact]);
    expect(charges).toEqual([expect.any(Buffer), expect.any(Buffer), expect.any(Buffer)]);
    expect(await Promise.all([wanted, theirs, another, stranger, rival].map(statusOf))).toEqual([
      'used',
      'over',
      'over',
      'queued',
      'queued',
    ]);
    await expect(endings.useAndEndLive(right, person, [wanted.contact])).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('is forgotten with whoever wanted the contact and is erased', async () => {
    const [person, other] = [newId(), newId()];
    const [wanted, kept] = [await ask('contact_change', person), await ask('contact_change', other)];
    await events.publish(new PersonErased(person, []));
    const rows = (subject: string) => stored.sql('SELECT FROM otp_challenges WHERE subject = $1', [subject]);
    expect(await rows(person)).toEqual([]);
    expect(await rows(other)).toHaveLength(1);
    expect([await statusOf(wanted), await statusOf(kept)]).toEqual(['over', 'queued']);
  });

  it('that was right and could not be used costs no attempt', async () => {
    const { typed } = await ask('sign_in');
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await world.verifier.forgive(await world.verifier.check(typed, ['sign_in']));
    }
  });
});
