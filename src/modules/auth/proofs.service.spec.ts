import { ServicesWorld } from '../../../test/support/services.js';
import { OtpService } from '../otp/otp.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { ChallengeOver, CodeWrong } from '../otp/otp.errors.js';
import { type Person, UsersService } from '../users/users.service.js';
import { Blocked } from './auth.errors.js';
import { AuthModule } from './auth.module.js';
import { Proofs } from './proofs.service.js';

let world: ServicesWorld;
let proofs: Proofs;

beforeAll(async () => {
  world = await ServicesWorld.start([AuthModule]);
  proofs = world.get(Proofs);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

/** A right code for a new password. */
async function aRightCode(contact: { channel: 'sms' | 'email'; value: string }) {
  const asker = world.anAsker();
  const challenge = await world.get(OtpService).issue('password_reset', { contact, asker });
  const typed = { ...challenge, ...asker, code: await world.codeOf(challenge) };
  return { typed, code: await proofs.check(typed, ['password_reset']) };
}

const byPhone = (value = world.freshPhone()) => ({ channel: 'sms', value }) as const;
const doNothing = async () => {};

describe('The owner of a proven contact', () => {
  it.each([
    ['phone', () => byPhone()],
    ['email', () => ({ channel: 'email', value: world.freshEmail() }) as const],
  ] as const)('is whoever has the %s, or nobody as yet', async (column, fresh) => {
    const contact = fresh();
    const { code } = await aRightCode(contact);
    expect(await proofs.ownerOf(code)).toBeUndefined();
    const id = await world.aPerson({ [column]: contact.value });
    expect(await proofs.ownerOf(code)).toMatchObject({ id });
    const { person, isNew } = await proofs.asOwner(code, undefined, doNothing);
    expect([person.id, isNew]).toEqual([id, false]);
  });

  it('is registered if there is none, with an invite code, before anything is done for them', async () => {
    const contact = byPhone();
    const { code } = await aRightCode(contact);
    const seen: Person[] = [];
    const { person, isNew } = await proofs.asOwner(code, undefined, async (owner) => void seen.push(owner));
    expect(isNew).toBe(true);
    expect(seen).toMatchObject([{ id: person.id, phone: contact.value }]);
    expect(person).not.toHaveProperty('charges');
    expect(await world.sql('SELECT FROM referral_links WHERE user_id = $1', [person.id])).toHaveLength(1);
  });

  it('gets the messages back once all is done', async () => {
    const reward = jest.spyOn(world.get(OtpVerifier), 'reward');
    const { code } = await aRightCode(byPhone());
    await proofs.asOwner(code, undefined, async () => expect(reward).not.toHaveBeenCalled());
    expect(reward).toHaveBeenCalledWith(code, [expect.any(Buffer), expect.any(Buffer), expect.any(Buffer)]);
  });

  it('who is blocked is turned away, and the code is as it was', async () => {
    const contact = byPhone();
    const id = await world.aPerson({ phone: contact.value, status: 'blocked' });
    const { code } = await aRightCode(contact);
    const work = jest.fn(doNothing);
    await expect(proofs.asOwner(code, undefined, work)).rejects.toBeInstanceOf(Blocked);
    expect(work).not.toHaveBeenCalled();
    await world.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [id]);
    expect(await proofs.asOwner(code, undefined, work)).toMatchObject({ isNew: false });
  });

  it('who was deleted meanwhile has no challenge any more', async () => {
    const contact = byPhone();
    const id = await world.aPerson({ phone: contact.value });
    const { code } = await aRightCode(contact);
    const known = await proofs.ownerOf(code);
    await world.sql(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = $1`, [id]);
    await expect(proofs.asOwner(code, known, doNothing)).rejects.toBeInstanceOf(ChallengeOver);
    const broken = jest.spyOn(world.get(UsersService), 'lock').mockRejectedValue(new Error('the database is away'));
    await expect(proofs.asOwner(code, known, doNothing)).rejects.toThrow('the database is away');
    expect(broken).toHaveBeenCalledWith(id);
  });
});

describe('A right code', () => {
  it('is used once, and only if all that is done with it is done', async () => {
    const { code } = await aRightCode(byPhone());
    const failed = proofs.asOwner(code, undefined, () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await proofs.ownerOf(code)).toBeUndefined();
    expect(await proofs.asOwner(code, undefined, doNothing)).toMatchObject({ isNew: true });
    await expect(proofs.asOwner(code, undefined, doNothing)).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('that could not be used is no attempt', async () => {
    const { typed, code } = await aRightCode(byPhone());
    await proofs.forgive(code);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await proofs.forgive(await proofs.check(typed, ['password_reset']));
    }
    const wrong = await world.wrongCodeOf(typed);
    const refused = proofs.check({ ...typed, code: wrong }, ['password_reset']);
    await expect(refused).rejects.toMatchObject({ facts: { extras: { attemptsLeft: 4 } } });
  });
});

describe('A wrong code', () => {
  it('of somebody who changes a contact is written down as theirs', async () => {
    const asker = world.anAsker();
    const subject = await world.aPerson();
    const challenge = await world.get(OtpService).issue('contact_change', { contact: byPhone(), asker }, { subject });
    const typed = { ...challenge, ...asker, subject, code: await world.wrongCodeOf(challenge) };
    await expect(proofs.check(typed, ['contact_change'])).rejects.toBeInstanceOf(CodeWrong);
    expect(await world.entriesAbout(subject)).toMatchObject([
      { action: 'users.contact_not_proven', actorId: subject, details: { by: 'code' } },
    ]);
  });
});
