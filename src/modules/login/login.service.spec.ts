import { eventually } from '../../../test/support/eventually.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Blocked } from '../auth/auth.errors.js';
import { AuthService } from '../auth/auth.service.js';
import { ResendTooSoon } from '../otp-guard/otp-guard.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { PasswordAboutYou, PasswordLengthWrong, TooManyPasswordFailures } from '../passwords/passwords.errors.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { InvalidCredentials } from './login.errors.js';
import { LoginModule } from './login.module.js';
import { LoginService } from './login.service.js';
import { RegistrationService } from './registration.service.js';

const PASSWORD = 'four words of mine';
const BOSS = 'boss@example.org';

let world: ServicesWorld;
let hash: string;

beforeAll(async () => {
  world = await ServicesWorld.start([LoginModule], { ADMIN_EMAIL: BOSS, FIRST_USER_IS_ADMIN: 'false' });
  hash = await world.get(PasswordHasher).hash(PASSWORD);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

async function withPassword(columns: Parameters<ServicesWorld['aPerson']>[0] = {}): Promise<string> {
  const id = await world.aPerson(columns);
  await world.get(PasswordsService).set(id, hash);
  return id;
}

const logIn = (
  username: string,
  password = PASSWORD,
  { region = undefined as string | undefined, asker = world.anAsker() } = {},
) => world.get(LoginService).logIn({ username, password, region }, asker);

const sessionsOf = (id: string) =>
  world.sql('SELECT user_agent AS agent, masked_address AS address FROM sessions WHERE user_id = $1', [id]);

describe('Signing in by a password', () => {
  it('takes a phone, an e-mail address or a username, as people type them', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const id = await withPassword({ phone, email, username: 'anna_b' });
    for (const name of [phone, `8 ${phone.slice(2)}`, email.toUpperCase(), 'Anna_B']) {
      const answer = await logIn(name);
      expect(answer).toMatchObject({
        tokenType: 'Bearer',
        isNewUser: false,
        user: { id, inviteCode: await world.inviteCodeOf(id) },
      });
    }
  });

  it('reads a phone by the region that is sent with it', async () => {
    const id = await withPassword({ phone: '+4915112345678' });
    expect(await logIn('0151 12345678', PASSWORD, { region: 'DE' })).toMatchObject({ user: { id } });
    await expect(logIn('0151 12345678')).rejects.toBeInstanceOf(InvalidCredentials);
  });

  it('opens a session of the device, and is written down', async () => {
    const [phone, asker] = [world.freshPhone(), world.anAsker()];
    const id = await withPassword({ phone });
    await logIn(phone, PASSWORD, { asker });
    const address = asker.address.replace(/\d+$/, '*');
    expect(await sessionsOf(id)).toEqual([{ agent: 'a browser', address }]);
    await eventually(async () => expect(await world.entriesAbout(id)).toHaveLength(1));
    expect(await world.entriesAbout(id)).toEqual([
      { action: 'auth.signed_in', actorId: id, subjectId: id, address, details: { by: 'password' } },
    ]);
  });

  it('with a wrong password opens nothing, and is written down', async () => {
    const [phone, asker] = [world.freshPhone(), world.anAsker()];
    const id = await withPassword({ phone });
    await expect(logIn(phone, 'another password', { asker })).rejects.toBeInstanceOf(InvalidCredentials);
    expect(await sessionsOf(id)).toEqual([]);
    const address = asker.address.replace(/\d+$/, '*');
    expect(await world.entriesAbout(id)).toEqual([
      { action: 'auth.password_failed', actorId: null, subjectId: id, address, details: {} },
    ]);
  });

  it('is refused alike to nobody, and to somebody without a password; the work is the same', async () => {
    await world.clock.goToNextHour();
    const verify = jest.spyOn(world.get(PasswordHasher), 'verify');
    const [phone, asker] = [world.freshPhone(), world.anAsker()];
    await world.aPerson({ phone });
    for (const name of [phone, world.freshPhone(), 'nobody', 'nobody@example.org'])
      await expect(logIn(name, PASSWORD, { asker })).rejects.toBeInstanceOf(InvalidCredentials);
    expect(verify).toHaveBeenCalledTimes(4);
    const entries = await world.sql(
      `SELECT times FROM audit_entries WHERE action = 'auth.password_failed' AND subject_id IS NULL AND masked_address = $1`,
      [asker.address.replace(/\d+$/, '*')],
    );
    expect(entries).toEqual([{ times: 3 }]);
  });

  it('tells of a block only to whoever knows the password', async () => {
    const phone = world.freshPhone();
    const id = await withPassword({ phone, status: 'blocked' });
    await expect(logIn(phone, 'another password')).rejects.toBeInstanceOf(InvalidCredentials);
    await expect(logIn(phone)).rejects.toBeInstanceOf(Blocked);
    expect(await sessionsOf(id)).toEqual([]);
    expect(await world.entriesAbout(id)).toMatchObject([
      { action: 'auth.password_failed' },
      { action: 'auth.sign_in_failed', details: { by: 'password', reason: 'blocked' } },
    ]);
  });

  it('lets nobody in by a password that was replaced while it was compared', async () => {
    const phone = world.freshPhone();
    const id = await withPassword({ phone });
    jest.spyOn(world.get(PasswordHasher), 'verify').mockImplementation(async () => {
      await world.get(PasswordsService).set(id, 'another hash');
      return true;
    });
    await expect(logIn(phone)).rejects.toBeInstanceOf(InvalidCredentials);
    expect(await sessionsOf(id)).toEqual([]);
    expect(await world.entriesAbout(id)).toMatchObject([{ action: 'auth.password_failed' }]);
  });

  it('may fail ten times from a network for each name, whether somebody has it or not', async () => {
    jest.spyOn(world.get(PasswordHasher), 'verify').mockResolvedValue(false);
    const [phone, email, asker] = [world.freshPhone(), world.freshEmail(), world.anAsker()];
    await withPassword({ phone, email });
    // The phone and the e-mail address of one person: the limits do not tell that they are.
    for (const name of [phone, email]) {
      for (let attempt = 0; attempt < 10; attempt += 1)
        await expect(logIn(name, 'wrong', { asker })).rejects.toBeInstanceOf(InvalidCredentials);
      await expect(logIn(name, 'wrong', { asker })).rejects.toBeInstanceOf(TooManyPasswordFailures);
    }
    const [elsewhere, nobody] = [world.anAsker(), `nobody_${phone.slice(-4)}`];
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(logIn(nobody, 'wrong', { asker: elsewhere })).rejects.toBeInstanceOf(InvalidCredentials);
    await expect(logIn(nobody, 'wrong', { asker: elsewhere })).rejects.toBeInstanceOf(TooManyPasswordFailures);
    await expect(logIn(`${nobody}1`, 'wrong', { asker: elsewhere })).rejects.toBeInstanceOf(InvalidCredentials);
  });

  it('proves a contact only where that was typed: it makes the first administrator, a username does not', async () => {
    await withPassword({ email: BOSS, username: 'boss_1' });
    expect(await logIn('boss_1')).toMatchObject({ user: { role: 'user' } });
    expect(await logIn(BOSS)).toMatchObject({ user: { role: 'admin' } });
  });
});

describe('Registering with a password', () => {
  const register = (phone: string, password: string, asker = world.anAsker()) =>
    world.get(RegistrationService).register({ phone, password }, asker);

  it('sends a code, and the password counts once that is given', async () => {
    const [phone, asker] = [world.freshPhone(), world.anAsker()];
    const challenge = await register(phone, PASSWORD, asker);
    expect(challenge).toMatchObject({ channel: 'sms', codeLength: 4 });
    await expect(logIn(phone)).rejects.toBeInstanceOf(InvalidCredentials);
    const typed = { ...challenge, code: await world.codeOf(challenge) };
    const { user, isNewUser } = await world.get(AuthService).verifyCode(typed, asker);
    expect(isNewUser).toBe(true);
    expect(await logIn(phone)).toMatchObject({ user: { id: user.id } });
  });

  it('refuses a password that will not do before anything is sent', async () => {
    const phone = world.freshPhone();
    await expect(register(phone, 'short')).rejects.toMatchObject({ facts: { errors: [{ field: 'password' }] } });
    await expect(register(phone, 'short')).rejects.toBeInstanceOf(PasswordLengthWrong);
    await expect(register(phone, `1${phone.slice(-7)}`)).rejects.toBeInstanceOf(PasswordAboutYou);
    expect(await world.sql('SELECT FROM messages WHERE recipient = $1', [phone])).toEqual([]);
  });

  it('hashes only where a message may be sent', async () => {
    const hashing = jest.spyOn(world.get(PasswordHasher), 'hash').mockResolvedValue('hashed');
    const phone = world.freshPhone();
    await register(phone, PASSWORD);
    await expect(register(phone, PASSWORD)).rejects.toBeInstanceOf(ResendTooSoon);
    expect(hashing).toHaveBeenCalledTimes(1);
    expect(hashing).toHaveBeenCalledWith(PASSWORD);
  });
});
