import { PasswordHasher } from '../../src/modules/passwords/password-hasher.service.js';
import { HashingBusy } from '../../src/modules/passwords/passwords.errors.js';
import { type Answer, refusal, type Tokens } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { goToFullHour } from '../support/periodic.js';
import { StatementCost } from '../support/statement-cost.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { QueueNumbers } from '../../src/platform/observability/scrapes/queue-numbers.js';

const PASSWORD = 'four words of mine';
const WRONG_PASSWORD = 'five words of somebody';
const WRONG = { status: 401, body: { code: 'auth.invalid_credentials' } };
const TOO_MANY = { status: 429, body: { code: 'auth.too_many_password_failures' } };

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = new World(app);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => app.close());

/** Signs in from a network of its own. */
const logIn = (username: string, password: string, region?: string): Promise<Answer<Tokens>> =>
  world.aVisitor().api.logIn({ username, password, ...(region && { region }) });

const sessionsOf = async ({ id }: User) =>
  (await app.sql('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [id])).length;

describe('Signing in by a password', () => {
  it('answers tokens that work, and is never a registration', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    const { status, body, headers } = await logIn(user.phone, PASSWORD);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, isNewUser: false, user: user.tokens.user });
    expect(headers.get('cache-control')).toBe('no-store');
    const me = await world
      .aVisitor()
      .api.with({ authorization: `Bearer ${body.accessToken}` })
      .me();
    expect(me).toMatchObject({ status: 200, body: { id: user.id } });
    expect(await sessionsOf(user)).toBe(2);
  });

  it('takes a phone as people type it', async () => {
    const { phone } = await world.aUserWithPassword(PASSWORD);
    const national = phone.slice(2);
    for (const typed of [`8${national}`, national, ` +7 (${national.slice(0, 3)}) ${national.slice(3)} `]) {
      expect(await logIn(typed, PASSWORD)).toMatchObject({ status: 200 });
    }
  });

  it('reads a phone without its country code as one of the region that is named', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.sql(`UPDATE users SET phone = '+4915123456789' WHERE id = $1`, [user.id]);
    expect(await logIn('01512 3456789', PASSWORD, 'DE')).toMatchObject({ status: 200 });
    expect(await logIn('01512 3456789', PASSWORD)).toMatchObject(WRONG);
  });

  it('takes an e-mail address in capitals and small letters', async () => {
    const { email = '' } = await world.aUserWithPassword(PASSWORD, { email: freshEmail() });
    for (const typed of [email, email.toUpperCase(), ` ${email} `]) {
      expect(await logIn(typed, PASSWORD)).toMatchObject({ status: 200 });
    }
  });

  it('takes a username, also with capitals', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.sql(`UPDATE users SET username = 'anna_92' WHERE id = $1`, [user.id]);
    for (const typed of ['anna_92', 'Anna_92']) expect(await logIn(typed, PASSWORD)).toMatchObject({ status: 200 });
    expect(await logIn('anna_93', PASSWORD)).toMatchObject(WRONG);
  });

  it('takes a password in any Unicode form, and spaces as part of it', async () => {
    const user = await world.aUserWithPassword(' café über alles');
    expect(await logIn(user.phone, ' café über alles'.normalize('NFD'))).toMatchObject({ status: 200 });
    expect(await logIn(user.phone, 'café über alles')).toMatchObject(WRONG);
  });

  it.each([
    ['no name', { password: PASSWORD }, ['username']],
    ['an empty one', { username: ' ', password: PASSWORD }, ['username']],
    ['no password', { username: 'anna_92' }, ['password']],
    ['neither', {}, ['username', 'password']],
  ])('names what is missing: %s', async (_, request, fields) => {
    const refused = await world.aVisitor().api.logIn(request);
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(refusal(refused).errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('is written down, and so is each failure: those of one kind and hour together', async () => {
    await goToFullHour(app);
    const user = await world.aUserWithPassword(PASSWORD);
    const visitor = world.aVisitor({ phone: user.phone });
    for (let time = 0; time < 3; time += 1) await visitor.logIn(WRONG_PASSWORD);
    await visitor.logIn(PASSWORD);
    const failures = await app.sql(
      `SELECT times FROM audit_entries WHERE subject_id = $1 AND action = 'auth.password_failed'`,
      [user.id],
    );
    expect(failures).toEqual([{ times: 3 }]);
    await eventually(async () => {
      const entries = await app.sql(
        `SELECT details, actor_id AS actor FROM audit_entries WHERE subject_id = $1 AND action = 'auth.signed_in'`,
        [user.id],
      );
      expect(entries).toEqual([{ details: { by: 'password' }, actor: user.id }]);
    });
  });
});

describe('A name or a password that is not right', () => {
  /** Everything but what differs between any two answers. */
  const essence = ({ status, headers, body }: Answer<unknown>) => ({
    status,
    headers: [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'),
    body: { ...(body as object), instance: '' },
  });

  it('is answered alike: wrong, without a password, not yet verified, unknown, blocked, unreadable', async () => {
    const [owner, without, blocked] = [
      await world.aUserWithPassword(PASSWORD),
      await world.aUser(),
      await world.aUserWithPassword(PASSWORD),
    ];
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [blocked.id]);
    const unverified = world.aVisitor();
    await unverified.register(WRONG_PASSWORD);
    const names = [owner.phone, without.phone, blocked.phone, unverified.phone, freshPhone(), freshEmail()];
    const unreadable = ['nobody', '12', '@', 'ё@ё', '+7', "'; --", 'x'.repeat(254), '12345678901234567890'];
    const answers = [];
    for (const name of [...names, ...unreadable]) answers.push(await logIn(name, WRONG_PASSWORD));
    expect(answers[0]).toMatchObject(WRONG);
    expect(new Set(answers.map((answer) => JSON.stringify(essence(answer)))).size).toBe(1);
  });

  it('opens no session', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await logIn(user.phone, WRONG_PASSWORD);
    expect(await sessionsOf(user)).toBe(1);
  });

  it('costs the same statements and one comparison, whoever the name belongs to', async () => {
    const quiet = await startTestApp({ WORKER: 'separate' });
    const cost = new StatementCost();
    try {
      const person = (name: string, phone: string) =>
        quiet.sql(`INSERT INTO users (id, phone) VALUES ($1, $2)`, [name, phone]);
      const ids = ['01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a', '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6b'] as const;
      const phones = [freshPhone(), freshPhone(), freshPhone()];
      await person(ids[0], phones[0] ?? '');
      await person(ids[1], phones[1] ?? '');
      const hash = await new PasswordHasher(new QueueNumbers(new Metrics())).hash(PASSWORD);
      await quiet.sql('INSERT INTO passwords (user_id, hash) VALUES ($1, $2)', [ids[0], hash]);
      const verify = jest.spyOn(PasswordHasher.prototype, 'verify');
      // Not to the other application in this process, which carries messages meanwhile.
      cost.listen(quiet.database.url);
      const seen = [];
      for (const username of phones) {
        cost.reset();
        verify.mockClear();
        const answer = await new World(quiet).aVisitor().api.logIn({ username, password: WRONG_PASSWORD });
        expect(answer).toMatchObject(WRONG);
        seen.push({ statements: cost.statements, comparisons: verify.mock.calls.length });
      }
      expect(seen[0]).toMatchObject({ comparisons: 1 });
      expect(seen[0]?.statements.length).toBeGreaterThan(3);
      for (const other of seen) expect(other).toEqual(seen[0]);
    } finally {
      cost.stop();
      await quiet.close();
    }
  });

  it('is told from a blocked account only after the right password, which lets nobody in', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    expect(await logIn(user.phone, WRONG_PASSWORD)).toMatchObject(WRONG);
    expect(await logIn(user.phone, PASSWORD)).toMatchObject({ status: 403, body: { code: 'auth.blocked' } });
    expect(await sessionsOf(user)).toBe(1);
  });
});

describe('Guessing passwords', () => {
  const guess = async (times: number, step: () => Promise<Answer<unknown>>) => {
    for (let time = 0; time < times; time += 1) expect(await step()).toMatchObject(WRONG);
  };

  it.each([
    ['of an account', async () => (await world.aUserWithPassword(PASSWORD)).phone],
    ['of a name that nobody has', () => Promise.resolve(freshPhone())],
  ])('%s ends after ten from one network in an hour, and another network is not hindered', async (_, name) => {
    const username = await name();
    const [guesser, other] = [world.aVisitor(), world.aVisitor()];
    await guess(10, () => guesser.api.logIn({ username, password: WRONG_PASSWORD }));
    const refused = await guesser.api.logIn({ username, password: PASSWORD });
    expect(refused).toMatchObject(TOO_MANY);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    expect(refused.headers.get('ratelimit-policy')).toBe('"password-account";q=10;w=3600');
    expect((await other.api.logIn({ username, password: PASSWORD })).status).not.toBe(429);
    await app.advance(`${wait} s`);
    expect((await guesser.api.logIn({ username, password: PASSWORD })).status).not.toBe(429);
  });

  it('ends after thirty from one network, whoever is guessed at', async () => {
    const guesser = world.aVisitor();
    await guess(30, () => guesser.api.logIn({ username: freshPhone(), password: WRONG_PASSWORD }));
    const user = await world.aUserWithPassword(PASSWORD);
    const refused = await guesser.api.logIn({ username: user.phone, password: PASSWORD });
    expect(refused).toMatchObject(TOO_MANY);
    expect(refused.headers.get('ratelimit-policy')).toBe('"password-network";q=30;w=3600');
    expect(await user.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('is counted by the account, however its phone is written', async () => {
    const { phone } = await world.aUserWithPassword(PASSWORD);
    const guesser = world.aVisitor();
    const forms = [phone, `8${phone.slice(2)}`];
    let time = 0;
    const next = () => ({ username: forms[(time += 1) % forms.length], password: WRONG_PASSWORD });
    await guess(10, () => guesser.api.logIn(next()));
    expect(await guesser.api.logIn(next())).toMatchObject(TOO_MANY);
  });

  it('does not count what was right', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    for (let time = 0; time < 12; time += 1) expect(await user.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('does not count what could not be compared', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await guess(9, () => user.logIn(WRONG_PASSWORD));
    jest.spyOn(PasswordHasher.prototype, 'verify').mockRejectedValueOnce(new HashingBusy());
    const busy = await user.logIn(PASSWORD);
    expect(busy).toMatchObject({ status: 503, body: { code: 'auth.busy' } });
    expect(busy.headers.get('retry-after')).toBe('2');
    expect(await user.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it('a hundred times in a row asks for a code: of the right password, too, and of names that nobody has', async () => {
    const [user, unknown] = [await world.aUserWithPassword(PASSWORD), freshPhone()];
    const names = [user.phone, unknown];
    for (const name of names) await logIn(name, WRONG_PASSWORD);
    await app.sql('UPDATE password_failures SET in_a_row = 99');
    for (const name of names) expect(await logIn(name, WRONG_PASSWORD)).toMatchObject(WRONG);
    const answers = [await logIn(user.phone, PASSWORD), await logIn(unknown, PASSWORD)];
    for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: 'auth.code_required' } });
    await app.advance('1 day');
    expect(await logIn(user.phone, PASSWORD)).toMatchObject({ status: 403 });
    await user.signIn();
    expect(await logIn(user.phone, PASSWORD)).toMatchObject({ status: 200 });
  });
});
