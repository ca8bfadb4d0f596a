import { randomUUID } from 'node:crypto';
import { PasswordHasher } from '../../src/modules/passwords/password-hasher.service.js';
import { HashingBusy } from '../../src/modules/passwords/passwords.errors.js';
import { type Answer, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, freshPhone, type Visitor, type VisitorOptions, World } from '../support/world.js';

const PASSWORD = 'four words of mine';
const STRANGERS = 'what a stranger typed';
const WRONG = { status: 401, body: { code: 'auth.invalid_credentials' } };
const OVER = { status: 410, body: { code: 'otp.challenge_over' } };

/** What an onlooker can compare: everything but the values that differ for everybody. */
function shapeOf({ status, headers, body }: Answer<object>): object {
  const names = [...headers.keys()].filter((name) => name !== 'date').sort();
  const fields = Object.entries(body).map(([name, value]) => `${name}: ${typeof value}`);
  return { status, names, fields };
}

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = new World(app);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => app.close());

describe.each<[string, () => VisitorOptions]>([
  ['a phone', () => ({ phone: freshPhone() })],
  ['an e-mail address', () => ({ email: freshEmail() })],
])('Registering %s with a password', (_, fresh) => {
  const peopleWith = ({ contact }: Visitor) => app.sql('SELECT id FROM users WHERE $1 IN (phone, email)', [contact]);
  const pendingAt = async ({ contact }: Visitor) => {
    const rows = await app.sql<{ pending: string | null }>(
      'SELECT pending_password AS pending FROM otp_challenges WHERE contact = $1 ORDER BY created_at',
      [contact],
    );
    return rows.map(({ pending }) => pending);
  };

  it('answers as a request for a code does, and registers nobody', async () => {
    const visitor = world.aVisitor(fresh());
    const { status, body, headers } = await visitor.register(PASSWORD);
    expect(status).toBe(202);
    expect(body).toMatchObject({ channel: visitor.email ? 'email' : 'sms' });
    expect(body.challengeId).toMatch(/^[\w-]{22,}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await peopleWith(visitor)).toEqual([]);
    expect(await visitor.logIn(PASSWORD)).toMatchObject(WRONG);
  });

  it('counts once its code is given: the person is new, signed in, and signs in by the password from then on', async () => {
    const visitor = world.aVisitor(fresh());
    await visitor.register(PASSWORD);
    const verified = await visitor.verify(await visitor.readCode());
    expect(verified).toMatchObject({ status: 201, body: { isNewUser: true } });
    const loggedIn = await visitor.logIn(PASSWORD);
    expect(loggedIn).toMatchObject({ status: 200, body: { isNewUser: false, user: verified.body.user } });
    expect(await visitor.logIn(STRANGERS)).toMatchObject(WRONG);
  });

  it('counts also when its code was sent again', async () => {
    const visitor = world.aVisitor(fresh());
    await visitor.register(PASSWORD);
    await app.advance('61 s');
    await visitor.resendCode();
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
    expect(await visitor.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('keeps the password as a hash, in its challenge, and only while that lives', async () => {
    const [used, replaced] = [world.aVisitor(fresh()), world.aVisitor(fresh())];
    await used.register(PASSWORD);
    await replaced.register(PASSWORD);
    expect(await pendingAt(used)).toEqual([expect.stringMatching(/^\$argon2id\$/)]);
    await used.verify(await used.readCode());
    await app.advance('21 s');
    await replaced.register('another of my passwords');
    expect(await pendingAt(used)).toEqual([null]);
    expect(await pendingAt(replaced)).toEqual([null, expect.stringMatching(/^\$argon2id\$/)]);
    await replaced.verify(await replaced.readCode());
    expect(await replaced.logIn(PASSWORD)).toMatchObject(WRONG);
    expect(await replaced.logIn('another of my passwords')).toMatchObject({ status: 200 });
  });

  it('discards the password typed for a contact that has an owner: the code just signs the owner in', async () => {
    const owner = await world.aUserWithPassword(PASSWORD, fresh());
    await app.advance('21 s');
    await owner.register(STRANGERS);
    const answer = await owner.verify(await owner.readCode());
    expect(answer).toMatchObject({ status: 200, body: { isNewUser: false, user: { id: owner.id } } });
    expect(await owner.logIn(STRANGERS)).toMatchObject(WRONG);
    expect(await owner.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('gives an owner who has no password none, either', async () => {
    const owner = await world.aUser(fresh());
    await app.advance('21 s');
    await owner.register(STRANGERS);
    await owner.verify(await owner.readCode());
    expect(await owner.logIn(STRANGERS)).toMatchObject(WRONG);
  });

  it('does not tell whether the contact has an owner', async () => {
    const owners = [await world.aUser(fresh()), await world.aUserWithPassword(PASSWORD, fresh())];
    await app.advance('1 day');
    const visitors = [...owners, world.aVisitor(fresh())].map(({ phone, email }) => world.aVisitor({ phone, email }));
    for (const status of [202, 429]) {
      const answers = [];
      for (const visitor of visitors) answers.push(await visitor.register(STRANGERS));
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
      const [one, ...others] = answers.map(shapeOf);
      for (const other of others) expect(other).toEqual(one);
    }
  });

  it('two at once make one person with one password: that of the challenge whose code won', async () => {
    for (let round = 0; round < 3; round += 1) {
      const contact = fresh();
      const passwords = [`first of round ${round}`, `second of round ${round}`] as const;
      const [first, second] = [world.aVisitor(contact), world.aVisitor(contact)];
      await first.register(passwords[0]);
      const firstCode = await first.readCode();
      await app.advance('21 s');
      await second.register(passwords[1]);
      const secondCode = await second.readCode();
      const answers = await Promise.all([first.verify(firstCode), second.verify(secondCode)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 410]);
      expect(await peopleWith(first)).toHaveLength(1);
      const winner = answers[0].status === 201 ? 0 : 1;
      expect(await first.logIn(passwords[winner])).toMatchObject({ status: 200 });
      expect(await first.logIn(passwords[1 - winner] ?? '')).toMatchObject(WRONG);
    }
  });
});

describe.each<[string, () => VisitorOptions]>([
  ['a phone', () => ({ phone: freshPhone() })],
  ['an e-mail address', () => ({ email: freshEmail() })],
])('A password that a stranger typed for %s', (_, fresh) => {
  async function aContactWithAStranger() {
    const contact = fresh();
    const stranger = world.aVisitor(contact);
    await stranger.register(STRANGERS);
    const strangersCode = await stranger.readCode();
    await app.advance('21 s');
    return { stranger, strangersCode, owner: world.aVisitor(contact) };
  }

  it('never works for whoever signs in by a code: neither before nor after', async () => {
    const { stranger, strangersCode, owner } = await aContactWithAStranger();
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
    await owner.requestCode();
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
    expect(await owner.verify(await owner.readCode())).toMatchObject({ status: 201 });
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
    expect(await stranger.verify(strangersCode)).toMatchObject(OVER);
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
  });

  it('never works for whoever registers with a password of their own', async () => {
    const { stranger, strangersCode, owner } = await aContactWithAStranger();
    await owner.register(PASSWORD);
    expect(await owner.verify(await owner.readCode())).toMatchObject({ status: 201 });
    expect(await stranger.verify(strangersCode)).toMatchObject(OVER);
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
    expect(await owner.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('does not work after a reset of the password, either', async () => {
    const { stranger, strangersCode, owner } = await aContactWithAStranger();
    await owner.forgotPassword();
    expect(await owner.resetPassword(await owner.readCode(), PASSWORD)).toMatchObject({ status: 204 });
    expect(await stranger.verify(strangersCode)).toMatchObject(OVER);
    expect(await stranger.logIn(STRANGERS)).toMatchObject(WRONG);
    expect(await owner.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('is not set by the code of the owner’s own challenge, nor by the stranger’s code typed there', async () => {
    const { stranger, strangersCode, owner } = await aContactWithAStranger();
    await owner.requestCode();
    const ownersCode = await owner.readCode();
    if (ownersCode === strangersCode) return;
    expect(await owner.verify(strangersCode)).toMatchObject({ status: 401 });
    expect(await stranger.verify(ownersCode)).toMatchObject({ status: 401 });
    expect(await owner.verify(ownersCode)).toMatchObject({ status: 201 });
    expect(await owner.logIn(STRANGERS)).toMatchObject(WRONG);
  });
});

describe('A request to register', () => {
  const sentTo = async ({ contact }: Visitor) =>
    (await app.sql('SELECT id FROM messages WHERE recipient = $1', [contact])).length;

  it.each([
    ['too short', 'seven77', 'newPassword'],
    ['too long', 'long '.repeat(26), 'newPassword'],
    ['common', 'qwertyuiop', 'passwordTooCommon'],
    ['made of the product', 'latchkey2026', 'passwordAboutYou'],
  ])('is refused when its password is %s, and sends nothing', async (_, password, rule) => {
    const visitor = world.aVisitor();
    const refused = await visitor.register(password);
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(refusal(refused).errors).toEqual([expect.objectContaining({ field: 'password', rule })]);
    expect(await sentTo(visitor)).toBe(0);
  });

  it('is refused when its password is made of the contact', async () => {
    const visitor = world.aVisitor({ email: 'xxxxxxxx-visitor-of-mine@example.com' });
    const refused = await visitor.register(`${visitor.email?.split('@')[0]}1`);
    expect(refusal(refused).errors).toEqual([expect.objectContaining({ field: 'password', rule: 'passwordAboutYou' })]);
    expect(await sentTo(visitor)).toBe(0);
  });

  it.each([
    ['neither a phone nor an e-mail address', {}],
    ['both', { phone: '+79123456789', email: 'anna@example.com' }],
  ])('is refused with %s', async (_, contact) => {
    const refused = await world.aVisitor().api.register({ ...contact, password: PASSWORD });
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });

  it('counts against the limits of messages, and no password is hashed beyond them', async () => {
    const visitor = world.aVisitor();
    const hash = jest.spyOn(PasswordHasher.prototype, 'hash');
    expect(await visitor.register(PASSWORD)).toMatchObject({ status: 202 });
    expect(hash).toHaveBeenCalledTimes(1);
    expect(await visitor.register(PASSWORD)).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
    expect(await visitor.requestCode()).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
    expect(hash).toHaveBeenCalledTimes(1);
    expect(await sentTo(visitor)).toBe(1);
  });

  it('costs no message of the limits when too many passwords wait to be hashed', async () => {
    const visitor = world.aVisitor();
    jest.spyOn(PasswordHasher.prototype, 'hash').mockRejectedValueOnce(new HashingBusy());
    const refused = await visitor.register(PASSWORD);
    expect(refused).toMatchObject({ status: 503, body: { code: 'auth.busy' } });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await visitor.register(PASSWORD)).toMatchObject({ status: 202 });
  });

  it('sends one message however often it is repeated under one Idempotency-Key', async () => {
    const visitor = world.aVisitor();
    const key = { 'idempotency-key': randomUUID() };
    const first = await visitor.register(PASSWORD, key);
    expect(await visitor.register(PASSWORD, key)).toMatchObject({ status: 202, body: first.body });
    expect(await visitor.register('another of my passwords', key)).toMatchObject({
      status: 422,
      body: { code: 'request.idempotency_key_reused' },
    });
    expect(await sentTo(visitor)).toBe(1);
  });

  it('leaves its password in no log and no row', async () => {
    const password = `unlike any other ${randomUUID()}`;
    const user = await world.aUserWithPassword(password);
    await user.logIn(password);
    await user.logIn(`${password}!`);
    const tables = await app.sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(5);
    for (const { name } of tables) {
      expect(JSON.stringify(await app.sql(`SELECT t::text FROM "${name}" t`))).not.toContain(password);
    }
    expect(app.lines.join('\n')).toContain('/api/v1/auth/login');
    expect(app.lines.join('\n')).not.toContain(password);
  });
});
