import { eventually } from '../../../test/support/eventually.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { Blocked } from '../auth/auth.errors.js';
import { AuthService } from '../auth/auth.service.js';
import { OtpService } from '../otp/otp.service.js';
import { ChallengeOver, CodeWrong } from '../otp/otp.errors.js';
import { PasswordAttempts } from '../passwords/password-attempts.service.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { HashingBusy, PasswordAboutYou, PasswordLengthWrong } from '../passwords/passwords.errors.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { type Principal, SessionsService } from '../sessions/sessions.service.js';
import { CredentialsModule } from './credentials.module.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordReset } from './password-reset.service.js';

const PASSWORD = 'four words of mine';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([CredentialsModule]);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

/** Signs in by a code; answers who they are then. */
async function signIn(phone: string): Promise<Principal> {
  const asker = world.anAsker();
  const challenge = await world.get(AuthService).requestCode({ phone }, asker);
  const typed = { ...challenge, code: await world.codeOf(challenge) };
  const { refreshToken, user } = await world.get(AuthService).verifyCode(typed, asker);
  await world.clock.advance('61 s');
  const principal = await world.get(SessionsService).authenticate(refreshToken.split('.')[0] ?? '', user.id);
  if (!principal) throw new Error('The session does not live.');
  return principal;
}

const isLive = async ({ sessionId, person }: Principal) =>
  (await world.get(SessionsService).authenticate(sessionId, person.id)) !== undefined;

const proves = (personId: string, password: string) =>
  world.get(PasswordsService).proves(personId, password, world.anAsker().network);

/** Entries about somebody beside those of signing in, which come soon. */
const entriesAbout = async (personId: string) =>
  (await world.entriesAbout(personId)).filter(({ action }) => !/signed_in|registered/.test(action));

const noticesTo = (personId: string) =>
  world.sql('SELECT template, recipient, locale FROM messages WHERE subject_id = $1 ORDER BY id', [personId]);

async function wrongPasswords(): Promise<object[]> {
  return world.sql('SELECT FROM password_failures');
}

const aChallenge = async (phone: string, purpose: 'sign_in' | 'password_reset' = 'sign_in') => {
  const challenge = await world.get(AuthService).requestCode({ phone }, world.anAsker(), purpose);
  return { ...challenge, code: await world.codeOf(challenge) };
};

describe('Another password for somebody who is signed in', () => {
  const change = (principal: Principal, password = PASSWORD) =>
    world.get(PasswordChange).change(principal, password, { address: '203.0.113.7', locale: 'ru' });

  it('counts at once, keeps this session, and ends the others and every outstanding code', async () => {
    const phone = world.freshPhone();
    const [other, principal] = [await signIn(phone), await signIn(phone)];
    const { id } = principal.person;
    const outstanding = await aChallenge(phone);
    await world.get(PasswordAttempts).attempt({ personId: id }, world.anAsker().network, async () => false);
    await change(principal);
    expect([await isLive(principal), await isLive(other)]).toEqual([true, false]);
    await expect(world.get(AuthService).verifyCode(outstanding, world.anAsker())).rejects.toBeInstanceOf(ChallengeOver);
    expect(await wrongPasswords()).toEqual([]);
    expect(await proves(id, PASSWORD)).toBe(true);
  });

  it('is told in the language of the request, and written down', async () => {
    const phone = world.freshPhone();
    const principal = await signIn(phone);
    const { id } = principal.person;
    await change(principal);
    expect(await noticesTo(id)).toEqual([{ template: 'notice-password-changed', recipient: phone, locale: 'ru' }]);
    expect(await entriesAbout(id)).toEqual([
      { action: 'passwords.changed', actorId: id, subjectId: id, address: '203.0.113.*', details: {} },
    ]);
  });

  it('is none that is about the person: not their names, not their contacts', async () => {
    const principal = await signIn(world.freshPhone());
    const { phone } = principal.person;
    const person = { ...principal.person, firstName: 'Aleksandra', lastName: 'Ivanovskaya', username: 'sashenka_i' };
    for (const password of ['aleksandra1', 'ivanovskaya1', 'sashenka_i1', `1${phone?.slice(-7)}`])
      await expect(change({ ...principal, person }, password)).rejects.toBeInstanceOf(PasswordAboutYou);
    await expect(change(principal, 'short')).rejects.toMatchObject({ facts: { errors: [{ field: 'newPassword' }] } });
    expect(await world.get(PasswordsService).has(person.id)).toBe(false);
  });

  it('is not given when the session was ended meanwhile', async () => {
    const principal = await signIn(world.freshPhone());
    await world.get(SessionsService).endAll(principal.person.id);
    await expect(change(principal)).rejects.toBeInstanceOf(Unauthenticated);
    expect(await world.get(PasswordsService).has(principal.person.id)).toBe(false);
    expect(await noticesTo(principal.person.id)).toEqual([]);
  });
});

describe('Another password for whoever proves a contact', () => {
  const reset = (typed: { challengeId: string; code: string }, newPassword = PASSWORD, asker = world.anAsker()) =>
    world.get(PasswordReset).reset({ ...typed, newPassword }, asker);

  it('is the owner’s, and ends every session and every outstanding code', async () => {
    const phone = world.freshPhone();
    const principal = await signIn(phone);
    const { id } = principal.person;
    const outstanding = await aChallenge(phone);
    await world.clock.advance('61 s');
    const asker = world.anAsker();
    await reset(await aChallenge(phone, 'password_reset'), PASSWORD, { ...asker, locale: 'ru' as 'en' });
    expect(await isLive(principal)).toBe(false);
    await expect(world.get(AuthService).verifyCode(outstanding, asker)).rejects.toBeInstanceOf(ChallengeOver);
    expect(await proves(id, PASSWORD)).toBe(true);
    expect(await noticesTo(id)).toEqual([{ template: 'notice-password-changed', recipient: phone, locale: 'ru' }]);
    const address = asker.address.replace(/\d+$/, '*');
    expect(await entriesAbout(id)).toEqual([
      { action: 'passwords.reset', actorId: id, subjectId: id, address, details: {} },
    ]);
    await eventually(async () => expect(await world.entriesAbout(id)).toHaveLength(2));
  });

  it('registers whoever is new, which is written down', async () => {
    const phone = world.freshPhone();
    await reset(await aChallenge(phone, 'password_reset'));
    const [person] = await world.sql<{ id: string }>('SELECT id FROM users WHERE phone = $1', [phone]);
    const id = person?.id ?? '';
    expect(await proves(id, PASSWORD)).toBe(true);
    await eventually(async () => expect(await world.entriesAbout(id)).toHaveLength(2));
    expect(await world.entriesAbout(id)).toContainEqual(
      expect.objectContaining({ action: 'auth.registered', actorId: id, details: { by: 'code' } }),
    );
  });

  it('is not for the blocked, who are told so, and that is written down', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone, status: 'blocked' });
    await expect(reset(await aChallenge(phone, 'password_reset'))).rejects.toBeInstanceOf(Blocked);
    expect(await world.get(PasswordsService).has(id)).toBe(false);
    expect(await world.entriesAbout(id)).toMatchObject([
      { action: 'auth.sign_in_failed', details: { by: 'code', reason: 'blocked' } },
    ]);
  });

  it('that is refused costs no attempt: any number of them leaves the code as it was', async () => {
    const phone = world.freshPhone();
    await world.aPerson({ phone, firstName: 'Aleksandra', lastName: 'Ivanovskaya', username: 'sashenka_i' });
    const typed = await aChallenge(phone, 'password_reset');
    for (const password of ['aleksandra1', 'ivanovskaya1', 'sashenka_i1', `1${phone.slice(-7)}`])
      await expect(reset(typed, password)).rejects.toBeInstanceOf(PasswordAboutYou);
    await expect(reset(typed, 'short')).rejects.toBeInstanceOf(PasswordLengthWrong);
    await expect(reset(typed, 'short')).rejects.toMatchObject({ facts: { errors: [{ field: 'newPassword' }] } });
    jest.spyOn(world.get(PasswordHasher), 'hash').mockRejectedValueOnce(new HashingBusy());
    await expect(reset(typed)).rejects.toBeInstanceOf(HashingBusy);
    await reset(typed);
    await expect(reset(typed)).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('needs the right code, sent for that', async () => {
    const phone = world.freshPhone();
    const typed = await aChallenge(phone, 'password_reset');
    const wrong = { ...typed, code: await world.wrongCodeOf(typed) };
    await expect(reset(wrong)).rejects.toBeInstanceOf(CodeWrong);
    await world.clock.advance('61 s');
    await expect(reset(await aChallenge(phone))).rejects.toBeInstanceOf(ChallengeOver);
    const changing = { contact: { channel: 'sms', value: world.freshPhone() }, asker: world.anAsker() } as const;
    const other = await world.get(OtpService).issue('contact_change', changing, { subject: await world.aPerson() });
    await expect(reset({ ...other, code: await world.codeOf(other) })).rejects.toBeInstanceOf(ChallengeOver);
  });
});
