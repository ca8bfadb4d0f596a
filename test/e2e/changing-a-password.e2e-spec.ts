import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, freshPhone, type VisitorOptions, World } from '../support/world.js';

const OLD = 'four words of mine';
const NEW = 'six new words for the same door';
const WRONG = { status: 401, body: { code: 'auth.invalid_credentials' } };
const REAUTHENTICATION = { status: 403, body: { code: 'auth.reauthentication_required' } };

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = new World(app);
});

afterAll(() => app.close());

describe.each<[string, () => VisitorOptions]>([
  ['a phone', () => ({ phone: freshPhone() })],
  ['an e-mail address', () => ({ email: freshEmail() })],
])('Changing the password of a person with %s', (_, fresh) => {
  it('sets the first one', async () => {
    const user = await world.aUser(fresh());
    expect(await user.api.changePassword({ newPassword: NEW })).toMatchObject({ status: 204, text: '' });
    expect(await user.logIn(NEW)).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  });

  it('replaces the old one', async () => {
    const user = await world.aUserWithPassword(OLD, fresh());
    expect(await user.api.changePassword({ newPassword: NEW })).toMatchObject({ status: 204 });
    expect(await user.logIn(OLD)).toMatchObject(WRONG);
    expect(await user.logIn(NEW)).toMatchObject({ status: 200 });
  });

  it('ends the other sessions at once, and not its own', async () => {
    const user = await world.aUserWithPassword(OLD, fresh());
    const { body: other } = await user.logIn(OLD);
    const elsewhere = world.aVisitor().api.with({ authorization: `Bearer ${other.accessToken}` });
    expect(await elsewhere.me()).toMatchObject({ status: 200 });
    await user.api.changePassword({ newPassword: NEW });
    expect(await elsewhere.me()).toMatchObject({ status: 401 });
    expect(await elsewhere.refresh(other.refreshToken)).toMatchObject({ status: 401 });
    expect(await user.api.me()).toMatchObject({ status: 200 });
    expect(await user.api.refresh(user.tokens.refreshToken)).toMatchObject({ status: 200 });
  });

  it('ends the codes that are out', async () => {
    const user = await world.aUserWithPassword(OLD, fresh());
    const { phone, email } = user;
    const [signingIn, resetting] = [world.aVisitor({ phone, email }), world.aVisitor({ phone, email })];
    await app.advance('21 s');
    await signingIn.requestCode();
    const signInCode = await signingIn.readCode();
    await app.advance('21 s');
    await resetting.forgotPassword();
    const resetCode = await resetting.readCode();
    expect(await user.api.changePassword({ newPassword: NEW })).toMatchObject({ status: 204 });
    expect(await signingIn.verify(signInCode)).toMatchObject({ status: 410 });
    expect(await resetting.resetPassword(resetCode, OLD)).toMatchObject({ status: 410 });
  });

  it('tells the person, and is written down', async () => {
    const user = await world.aUserWithPassword(OLD, fresh());
    await user.api.changePassword({ newPassword: NEW });
    await app.delivered();
    const notices = await app.sql(
      `SELECT template, state FROM messages WHERE recipient = $1 AND template LIKE 'notice-%'`,
      [user.contact],
    );
    expect(notices).toEqual([{ template: 'notice-password-changed', state: 'sent' }]);
    const entries = await app.sql(
      `SELECT actor_id AS actor, details FROM audit_entries WHERE subject_id = $1 AND action = 'passwords.changed'`,
      [user.id],
    );
    expect(entries).toEqual([{ actor: user.id, details: {} }]);
  });
});

describe('A password', () => {
  it('is not changed by somebody who is not signed in', async () => {
    const answer = await world.aVisitor().api.changePassword({ newPassword: NEW });
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
  });

  it('is not changed more than ten minutes after the sign-in, unless the current one is given', async () => {
    const user = await world.aUserWithPassword(OLD);
    await app.advance('601 s');
    expect(await user.api.changePassword({ newPassword: NEW })).toMatchObject(REAUTHENTICATION);
    expect(await user.api.changePassword({ currentPassword: NEW, newPassword: NEW })).toMatchObject(REAUTHENTICATION);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
    expect(await user.api.changePassword({ currentPassword: OLD, newPassword: NEW })).toMatchObject({ status: 204 });
    expect(await user.logIn(NEW)).toMatchObject({ status: 200 });
  });

  it('is not changed with a wrong current one, however fresh the sign-in', async () => {
    const user = await world.aUserWithPassword(OLD);
    expect(await user.api.changePassword({ currentPassword: NEW, newPassword: NEW })).toMatchObject(REAUTHENTICATION);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
  });

  it('cannot be guessed there any more than at a sign-in', async () => {
    const user = await world.aUserWithPassword(OLD);
    for (let time = 0; time < 10; time += 1) {
      expect(await user.api.changePassword({ currentPassword: NEW, newPassword: NEW })).toMatchObject(REAUTHENTICATION);
    }
    const refused = await user.api.changePassword({ currentPassword: OLD, newPassword: NEW });
    expect(refused).toMatchObject({ status: 429, body: { code: 'auth.too_many_password_failures' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    // Counted by itself: guesses at somebody's open session keep them from signing in nowhere.
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
  });

  it('is changed right after signing in by it: that is fresh', async () => {
    const user = await world.aUserWithPassword(OLD);
    await app.advance('1 h');
    const { accessToken } = (await user.logIn(OLD)).body;
    const api = world.aVisitor().api.with({ authorization: `Bearer ${accessToken}` });
    expect(await api.changePassword({ newPassword: NEW })).toMatchObject({ status: 204 });
  });

  it.each([
    ['too short', 'seven77', 'newPassword'],
    ['too long', 'long '.repeat(26), 'newPassword'],
    ['common', 'qwertyuiop', 'passwordTooCommon'],
    ['made of the product', 'latchkey2026', 'passwordAboutYou'],
    ['made of the first name', 'Maximiliana7', 'passwordAboutYou'],
    ['made of the last name', 'konstantinopolsky', 'passwordAboutYou'],
    ['made of the username', 'max_the_second_1', 'passwordAboutYou'],
    ['made of the e-mail address', 'maxim.writes.here', 'passwordAboutYou'],
  ])('is not changed to one that is %s: field and rule are named', async (_, newPassword, rule) => {
    const user = await world.aUserWithPassword(OLD);
    await app.sql(
      `UPDATE users SET first_name = 'Maximiliana', last_name = 'Konstantinopolsky', username = 'max_the_second',
         email = 'maxim.writes.here@example.com' WHERE id = $1`,
      [user.id],
    );
    const refused = await user.api.changePassword({ newPassword });
    await app.sql('UPDATE users SET username = NULL, email = NULL WHERE id = $1', [user.id]);
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(refusal(refused).errors).toEqual([expect.objectContaining({ field: 'newPassword', rule })]);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
    expect(await user.api.me()).toMatchObject({ status: 200 });
  });

  it('is in no log, neither the old nor the new', async () => {
    const [old, fresh] = ['an old one nobody else has', 'a new one nobody else has'];
    const user = await world.aUserWithPassword(old);
    await user.api.changePassword({ currentPassword: old, newPassword: fresh });
    await user.api.changePassword({ currentPassword: fresh, newPassword: 'short' });
    const log = app.lines.join('\n');
    expect(log).toContain('/api/v1/users/me/password');
    for (const password of [old, fresh]) expect(log).not.toContain(password);
  });
});
