import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { Events } from '../../platform/events/events.js';
import { OtpService } from '../otp/otp.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { ChallengeOver, CodeWrong } from '../otp/otp.errors.js';
import { Administration } from '../users/administration.service.js';
import { ContactTaken, LastContact, UserNotFound } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import type { Changer } from './contact-aftermath.service.js';
import { ContactChanges } from './contact-changes.service.js';
import { ContactUnchanged, NoSuchContact } from './contacts.errors.js';
import { ContactsModule } from './contacts.module.js';
import { NewContacts } from './new-contacts.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ContactsModule]);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

async function aSession(personId: string): Promise<string> {
  const id = newId();
  await world.sql(
    `INSERT INTO sessions (id, user_id, seed, masked_address, idle_expires_at, absolute_expires_at)
     VALUES ($1, $2, '', '', clock_now() + interval '1 h', clock_now() + interval '1 h')`,
    [id, personId],
  );
  return id;
}

/** Somebody with a phone, unless told otherwise, who is signed in twice. */
async function aChanger(columns: Parameters<ServicesWorld['aPerson']>[0] = {}): Promise<Changer> {
  const person = await world.get(UsersService).get(await world.aPerson(columns));
  await aSession(person.id);
  const { address, network } = world.anAsker();
  return { person, sessionId: await aSession(person.id), address, network, locale: 'ru' };
}

const liveSessionsOf = async ({ person }: Changer) =>
  (await world.sql<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [person.id])).map(
    ({ id }) => id,
  );

const noticesTo = ({ person }: Changer) =>
  world.sql(
    `SELECT template, recipient, fleeting, locale FROM messages
     WHERE subject_id = $1 AND template LIKE 'notice-%' ORDER BY id`,
    [person.id],
  );

const personOf = ({ person }: Changer) => world.get(UsersService).get(person.id);

async function ask(by: Changer, typed: { phone: string } | { email: string }) {
  const challenge = await world.get(NewContacts).ask(typed, by);
  return { ...challenge, code: await world.codeOf(challenge) };
}

const confirm = (typed: { challengeId: string; code: string }, by: Changer) =>
  world.get(ContactChanges).confirm(typed, by);

describe('Asking for another contact', () => {
  it('sends a code to the new one, whether somebody has it or not', async () => {
    const [taken, by] = [world.freshPhone(), await aChanger()];
    await world.aPerson({ phone: taken });
    for (const phone of [taken, world.freshPhone()]) {
      const challenge = await ask(by, { phone });
      expect(challenge).toMatchObject({ channel: 'sms', codeLength: 4 });
      expect(await world.sql('SELECT locale FROM messages WHERE recipient = $1', [phone])).toEqual([{ locale: 'ru' }]);
    }
  });

  it('is refused for one that the person has, however it is typed', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const by = await aChanger({ phone, email });
    const refusal = (field: string) => ({ constructor: ContactUnchanged, facts: { errors: [{ field }] } });
    await expect(ask(by, { phone: `8${phone.slice(2)}` })).rejects.toMatchObject(refusal('phone'));
    await expect(ask(by, { email: email.toUpperCase() })).rejects.toMatchObject(refusal('email'));
  });
});

describe('Asking for another contact while one is being deleted', () => {
  it('is refused, and will leave nothing of the contact behind', async () => {
    const [by, phone] = [await aChanger(), world.freshPhone()];
    await world.get(Administration).erase(by.person.id);
    await expect(ask(by, { phone })).rejects.toBeInstanceOf(UserNotFound);
    expect(await world.sql('SELECT FROM otp_challenges WHERE contact = $1', [phone])).toEqual([]);
    // Nobody carries messages here; what is sent still forgets itself then.
    const messages = await world.sql('SELECT fleeting FROM messages WHERE recipient = $1', [phone]);
    expect(messages).toEqual([{ fleeting: true }]);
  });

  it('says so when that could not be found out', async () => {
    const by = await aChanger();
    jest.spyOn(world.get(UsersService), 'lock').mockRejectedValueOnce(new Error('the database is away'));
    const published = jest.spyOn(world.get(Events), 'publish');
    await expect(ask(by, { phone: world.freshPhone() })).rejects.toThrow('the database is away');
    expect(published).not.toHaveBeenCalled();
  });
});

describe('A new contact that its code proves', () => {
  it('is theirs beside the other one, which is told; the other sessions end', async () => {
    const [by, email] = [await aChanger(), world.freshEmail()];
    const { id, phone } = by.person;
    const after = await confirm(await ask(by, { email }), by);
    expect(after).toEqual({ ...by.person, email });
    expect(await personOf(by)).toEqual(after);
    expect(await liveSessionsOf(by)).toEqual([by.sessionId]);
    expect(await noticesTo(by)).toEqual([
      { template: 'notice-contact-added', recipient: phone, fleeting: false, locale: 'ru' },
    ]);
    const address = by.address.replace(/\d+$/, '*');
    expect(await world.entriesAbout(id)).toEqual([
      { action: 'users.contact_changed', actorId: id, subjectId: id, address, details: { channel: 'email' } },
    ]);
  });

  it('takes the place of the old one, which is told and then forgotten', async () => {
    const [by, phone] = [await aChanger(), world.freshPhone()];
    const { id, phone: old } = by.person;
    expect(await confirm(await ask(by, { phone }), by)).toMatchObject({ phone });
    expect(await noticesTo(by)).toEqual([
      { template: 'notice-contact-changed', recipient: old, fleeting: true, locale: 'ru' },
    ]);
    expect(await world.entriesAbout(id)).toMatchObject([
      { action: 'users.contact_changed', details: { channel: 'sms' } },
    ]);
  });

  it('gets its messages back, once all is done', async () => {
    const reward = jest.spyOn(world.get(OtpVerifier), 'reward');
    const [by, phone] = [await aChanger(), world.freshPhone()];
    await confirm(await ask(by, { phone }), by);
    const right = { contact: { channel: 'sms', value: phone }, network: by.network };
    expect(reward).toHaveBeenCalledWith(expect.objectContaining(right), [
      expect.any(Buffer),
      expect.any(Buffer),
      expect.any(Buffer),
    ]);
  });

  it('ends every outstanding code of the person, and those that were sent to it', async () => {
    const [by, phone, email] = [await aChanger(), world.freshPhone(), world.freshEmail()];
    const other = await ask(by, { email });
    const signIns = [by.person.phone ?? '', phone].map((value) =>
      world.get(OtpService).issue('sign_in', { contact: { channel: 'sms', value }, asker: world.anAsker() }),
    );
    const outstanding = [other, ...(await Promise.all(signIns))];
    await world.clock.advance('61 s');
    await confirm(await ask(by, { phone }), by);
    for (const { challengeId } of outstanding)
      expect(await world.get(OtpService).status(challengeId)).toMatchObject({ status: 'over' });
  });

  it('is refused where it is somebody else’s by now, and nothing is done', async () => {
    const [by, phone] = [await aChanger(), world.freshPhone()];
    const typed = await ask(by, { phone });
    await world.aPerson({ phone });
    await expect(confirm(typed, by)).rejects.toBeInstanceOf(ContactTaken);
    expect(await personOf(by)).toEqual(by.person);
    expect(await liveSessionsOf(by)).toHaveLength(2);
    expect(await noticesTo(by)).toEqual([]);
  });

  it('is proven only by its own code, of its own person, once', async () => {
    const [by, stranger] = [await aChanger(), await aChanger()];
    const typed = await ask(by, { phone: world.freshPhone() });
    await expect(confirm(typed, stranger)).rejects.toBeInstanceOf(ChallengeOver);
    const wrong = { ...typed, code: await world.wrongCodeOf(typed) };
    await expect(confirm(wrong, by)).rejects.toBeInstanceOf(CodeWrong);
    expect(await world.entriesAbout(by.person.id)).toMatchObject([
      { action: 'users.contact_not_proven', actorId: by.person.id, address: by.address.replace(/\d+$/, '*') },
    ]);
    const contact = { channel: 'sms', value: world.freshPhone() } as const;
    const signIn = await world.get(OtpService).issue('sign_in', { contact, asker: world.anAsker() });
    const another = { ...signIn, code: await world.codeOf(signIn) };
    await expect(confirm(another, by)).rejects.toBeInstanceOf(ChallengeOver);
    await confirm(typed, by);
    await expect(confirm(typed, by)).rejects.toBeInstanceOf(ChallengeOver);
  });
});

describe('A contact that is given up', () => {
  it.each(['phone', 'email'] as const)(
    'the %s, is told and forgotten; codes and the other sessions end',
    async (column) => {
      const by = await aChanger({ phone: world.freshPhone(), email: world.freshEmail() });
      const { id } = by.person;
      const outstanding = await ask(by, { phone: world.freshPhone() });
      const kept = column === 'phone' ? 'email' : 'phone';
      const contact = { channel: kept === 'phone' ? 'sms' : 'email', value: by.person[kept] ?? '' } as const;
      const signIn = await world.get(OtpService).issue('sign_in', { contact, asker: world.anAsker() });
      const after = await world.get(ContactChanges).remove(column, by);
      expect(after).toEqual({ ...by.person, [column]: null });
      expect(await personOf(by)).toEqual(after);
      expect(await liveSessionsOf(by)).toEqual([by.sessionId]);
      for (const { challengeId } of [outstanding, signIn])
        expect(await world.get(OtpService).status(challengeId)).toMatchObject({ status: 'over' });
      expect(await noticesTo(by)).toEqual([
        { template: 'notice-contact-removed', recipient: by.person[column], fleeting: true, locale: 'ru' },
      ]);
      const channel = column === 'phone' ? 'sms' : 'email';
      expect(await world.entriesAbout(id)).toMatchObject([
        { action: 'users.contact_removed', actorId: id, details: { channel } },
      ]);
    },
  );

  it('is none that there is not, and not the last one', async () => {
    const by = await aChanger();
    await expect(world.get(ContactChanges).remove('email', by)).rejects.toBeInstanceOf(NoSuchContact);
    await expect(world.get(ContactChanges).remove('phone', by)).rejects.toBeInstanceOf(LastContact);
    expect(await personOf(by)).toEqual(by.person);
  });
});
