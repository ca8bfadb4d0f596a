import { PasswordHasher } from '../../src/modules/passwords/password-hasher.service.js';
import { HashingBusy } from '../../src/modules/passwords/passwords.errors.js';
import { type Answer, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { goToFullHour } from '../support/periodic.js';
import { freshEmail, freshPhone, type User, type Visitor, type VisitorOptions, World } from '../support/world.js';

const OLD = 'four words of mine';
const NEW = 'six new words for the same door';
const WRONG = { status: 401, body: { code: 'auth.invalid_credentials' } };
const OVER = { status: 410, body: { code: 'otp.challenge_over' } };

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = new World(app);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => app.close());

/** Somebody with a password who has asked for a code to reset it. */
async function aForgetfulUser(options: VisitorOptions = {}): Promise<{ user: User; code: string }> {
  const user = await world.aUserWithPassword(OLD, options);
  await app.advance('21 s');
  expect(await user.forgotPassword()).toMatchObject({ status: 202 });
  return { user, code: await user.readCode() };
}

const liveSessionsOf = async ({ id }: User) =>
  (await app.sql('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [id])).length;

describe.each<[string, () => VisitorOptions]>([
  ['a phone', () => ({ phone: freshPhone() })],
  ['an e-mail address', () => ({ email: freshEmail() })],
])('Resetting a password by %s', (_, fresh) => {
  it('gives the person the new one in place of the old', async () => {
    const { user, code } = await aForgetfulUser(fresh());
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
    const answer = await user.resetPassword(code, NEW);
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(await user.logIn(OLD)).toMatchObject(WRONG);
    expect(await user.logIn(NEW)).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  });

  it('gives one to somebody who had none', async () => {
    const user = await world.aUser(fresh());
    await app.advance('21 s');
    await user.forgotPassword();
    expect(await user.resetPassword(await user.readCode(), NEW)).toMatchObject({ status: 204 });
    expect(await user.logIn(NEW)).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  });

  it('ends every session, at once', async () => {
    const { user, code } = await aForgetfulUser(fresh());
    const second = await user.logIn(OLD);
    expect(await user.api.me()).toMatchObject({ status: 200 });
    await user.resetPassword(code, NEW);
    expect(await user.api.me()).toMatchObject({ status: 401 });
    for (const { refreshToken } of [user.tokens, second.body]) {
      expect(await user.api.refresh(refreshToken)).toMatchObject({ status: 401 });
    }
    expect(await liveSessionsOf(user)).toBe(0);
  });

  it('ends every code that is out for the person: to sign in, to register, to reset', async () => {
    const user = await world.aUserWithPassword(OLD, fresh());
    const { phone, email } = user;
    const others = Array.from({ length: 3 }, () => world.aVisitor({ phone, email }));
    const [signingIn, registering, resetting] = others as [Visitor, Visitor, Visitor];
    const codes = [];
    for (const [visitor, ask] of [
      [signingIn, () => signingIn.requestCode()],
      [registering, () => registering.register(OLD)],
      [resetting, () => resetting.forgotPassword()],
    ] as const) {
      await app.advance('21 s');
      expect(await ask()).toMatchObject({ status: 202 });
      codes.push(await visitor.readCode());
    }
    await app.advance('21 s');
    await user.forgotPassword();
    expect(await user.resetPassword(await user.readCode(), NEW)).toMatchObject({ status: 204 });
    expect(await signingIn.verify(codes[0] ?? '')).toMatchObject(OVER);
    expect(await registering.verify(codes[1] ?? '')).toMatchObject(OVER);
    expect(await resetting.resetPassword(codes[2] ?? '', OLD)).toMatchObject(OVER);
    expect(await user.logIn(NEW)).toMatchObject({ status: 200 });
  });

  it('registers whoever proves a contact that nobody has, with an invite code like everybody', async () => {
    const visitor = world.aVisitor(fresh());
    await visitor.forgotPassword();
    expect(await visitor.logIn(NEW)).toMatchObject(WRONG);
    expect(await visitor.resetPassword(await visitor.readCode(), NEW)).toMatchObject({ status: 204 });
    const { status, body } = await visitor.logIn(NEW);
    expect(status).toBe(200);
    expect(body.user.inviteCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/);
    expect([body.user.phone, body.user.email]).toContain(visitor.contact);
    await eventually(async () => {
      const entries = await app.sql(
        `SELECT action FROM audit_entries WHERE subject_id = $1 AND action IN ('auth.registered', 'passwords.reset')`,
        [body.user.id],
      );
      expect(entries).toHaveLength(2);
    });
  });

  it('tells the person, and is written down', async () => {
    const { user, code } = await aForgetfulUser(fresh());
    await user.resetPassword(code, NEW);
    await app.delivered();
    const notices = await app.sql(
      `SELECT template, state FROM messages WHERE recipient = $1 AND template LIKE 'notice-%'`,
      [user.contact],
    );
    expect(notices).toEqual([{ template: 'notice-password-changed', state: 'sent' }]);
    const entries = await app.sql(
      `SELECT actor_id AS actor, details FROM audit_entries WHERE subject_id = $1 AND action = 'passwords.reset'`,
      [user.id],
    );
    expect(entries).toEqual([{ actor: user.id, details: {} }]);
  });

  it('is refused to the blocked, and changes nothing', async () => {
    const { user, code } = await aForgetfulUser(fresh());
    const before = await liveSessionsOf(user);
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    expect(await user.resetPassword('000000', NEW)).toMatchObject({ status: 401, body: { code: 'otp.code_wrong' } });
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 403, body: { code: 'auth.blocked' } });
    expect(await liveSessionsOf(user)).toBe(before);
    const entries = await app.sql(
      `SELECT details FROM audit_entries WHERE subject_id = $1 AND action = 'auth.sign_in_failed'`,
      [user.id],
    );
    expect(entries).toEqual([{ details: { by: 'code', reason: 'blocked' } }]);
    await app.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [user.id]);
    expect(await user.logIn(NEW)).toMatchObject(WRONG);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
  });
});

describe('A code that resets a password', () => {
  it('is sent to everybody who asks, and the answer does not tell who has an account', async () => {
    const [known, blocked] = [await world.aUserWithPassword(OLD), await world.aUser()];
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [blocked.id]);
    await app.advance('1 day');
    const visitors = [known, blocked, world.aVisitor()].map(({ phone }) => world.aVisitor({ phone }));
    for (const status of [202, 429]) {
      const answers: Answer<object>[] = [];
      for (const visitor of visitors) answers.push(await visitor.forgotPassword());
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
      const shapes = answers.map(({ headers, body }) =>
        JSON.stringify([[...headers.keys()].filter((name) => name !== 'date').sort(), Object.keys(body)]),
      );
      expect(new Set(shapes).size).toBe(1);
    }
    await app.delivered();
    for (const { phone } of visitors) {
      const messages = await app.sql(
        `SELECT state FROM messages WHERE recipient = $1 AND queued_at > clock_now() - interval '1 h'`,
        [phone],
      );
      expect(messages).toEqual([{ state: 'sent' }]);
    }
  });

  it('signs nobody in, and a code to sign in resets nothing', async () => {
    const { user, code } = await aForgetfulUser();
    expect(await user.verify(code)).toMatchObject(OVER);
    await app.advance('21 s');
    await user.requestCode();
    expect(await user.resetPassword(await user.readCode(), NEW)).toMatchObject(OVER);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
  });

  it('may be typed wrong five times, and it is written down', async () => {
    await goToFullHour(app);
    const { user, code } = await aForgetfulUser();
    const wrong = code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      expect(await user.resetPassword(wrong, NEW)).toMatchObject({ status: 401, body: { attemptsLeft } });
    }
    expect(await user.resetPassword(code, NEW)).toMatchObject(OVER);
    const [masked] = [user.address.replace(/\d+$/, '*')];
    const entries = await app.sql(
      `SELECT times FROM audit_entries WHERE action = 'auth.sign_in_failed' AND masked_address = $1`,
      [masked],
    );
    expect(entries).toEqual([{ times: 5 }]);
  });

  it.each([
    ['too short', 'seven77', 'newPassword'],
    ['common', 'qwertyuiop', 'passwordTooCommon'],
    ['made of the person’s name', 'Konstantinopolsky1', 'passwordAboutYou'],
    ['made of the username', 'anna_the_first_1', 'passwordAboutYou'],
  ])('stays good when the new password is %s, however often', async (_, password, rule) => {
    const { user, code } = await aForgetfulUser();
    await app.sql(`UPDATE users SET last_name = 'Konstantinopolsky', username = 'anna_the_first' WHERE id = $1`, [
      user.id,
    ]);
    for (let time = 0; time < 6; time += 1) {
      const refused = await user.resetPassword(code, password);
      expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
      expect(refusal(refused).errors).toEqual([expect.objectContaining({ field: 'newPassword', rule })]);
    }
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
    await app.sql('UPDATE users SET username = NULL WHERE id = $1', [user.id]);
  });

  it('stays good when the new password is made of the contact it went to', async () => {
    const { user, code } = await aForgetfulUser();
    const refused = await user.resetPassword(code, user.phone);
    expect(refusal(refused).errors).toEqual([
      expect.objectContaining({ field: 'newPassword', rule: 'passwordAboutYou' }),
    ]);
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
  });

  it('stays good when too many passwords wait to be hashed', async () => {
    const { user, code } = await aForgetfulUser();
    const hash = jest.spyOn(PasswordHasher.prototype, 'hash').mockRejectedValue(new HashingBusy());
    for (let time = 0; time < 6; time += 1) {
      expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 503, body: { code: 'auth.busy' } });
    }
    hash.mockRestore();
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
  });

  it('tells nothing of the rules for passwords to whoever does not know it', async () => {
    const { user, code } = await aForgetfulUser();
    const wrong = code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
    expect(await user.resetPassword(wrong, 'qwertyuiop')).toMatchObject({ status: 401 });
  });

  it('works once: of several at the same moment one sets its password', async () => {
    const { user, code } = await aForgetfulUser();
    const passwords = ['the first of four', 'the second of four', 'the third of four', 'the last of four'];
    const answers = await Promise.all(passwords.map((password) => user.resetPassword(code, password)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410, 410, 410]);
    const winner = answers.findIndex(({ status }) => status === 204);
    for (const [index, password] of passwords.entries()) {
      expect(await user.logIn(password)).toMatchObject({ status: index === winner ? 200 : 401 });
    }
  });

  it('gives its messages back to the limits: only unanswered ones count', async () => {
    const user = await world.aUserWithPassword(OLD);
    for (let time = 0; time < 10; time += 1) {
      await app.advance('21 s');
      expect(await user.forgotPassword()).toMatchObject({ status: 202 });
      expect(await user.resetPassword(await user.readCode(), `${NEW} ${time}`)).toMatchObject({ status: 204 });
    }
  });
});

describe('A person with a phone and an e-mail address who resets the password', () => {
  async function aUserWithBoth() {
    const { user, code } = await aForgetfulUser();
    const email = freshEmail();
    await app.sql('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    return { user, code, byEmail: world.aVisitor({ email }) };
  }

  it('by one of them ends the codes that went to the other', async () => {
    const { user, code, byEmail } = await aUserWithBoth();
    await byEmail.requestCode();
    const signInCode = await byEmail.readCode();
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
    expect(await byEmail.verify(signInCode)).toMatchObject(OVER);
  });

  it('is told by e-mail', async () => {
    const { user, code, byEmail } = await aUserWithBoth();
    await user.resetPassword(code, NEW);
    const told = await app.sql(
      `SELECT recipient FROM messages WHERE template = 'notice-password-changed' AND subject_id = $1`,
      [user.id],
    );
    expect(told).toEqual([{ recipient: byEmail.email }]);
  });
});

describe('An account whose password was guessed too often', () => {
  it('takes passwords again after a reset', async () => {
    const { user, code } = await aForgetfulUser();
    await user.logIn('a wrong guess');
    await app.sql('UPDATE password_failures SET in_a_row = 100');
    expect(await user.logIn(OLD)).toMatchObject({ status: 403, body: { code: 'auth.code_required' } });
    await user.resetPassword(code, NEW);
    expect(await user.logIn(NEW)).toMatchObject({ status: 200 });
  });
});
