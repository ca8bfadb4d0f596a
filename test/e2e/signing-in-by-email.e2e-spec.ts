import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PRODUCTION } from '../support/production.js';
import { SMTP_BEHAVIOURS, SmtpServer } from '../support/smtp-server.js';
import { freshEmail, freshPhone, type Visitor, type VisitorOptions, World } from '../support/world.js';

describe('Signing in by e-mail', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const aVisitor = (options: VisitorOptions = {}): Visitor => world.aVisitor({ email: freshEmail(), ...options });
  const secondsUntil = (moment: string) => Math.round((Date.parse(moment) - app.clock.now().getTime()) / 1_000);
  const inboxOf = async ({ api, contact }: Visitor) =>
    (await api.inbox(`to=${encodeURIComponent(contact)}`)).body.items;

  it('answers a request with a challenge that shows the address only masked', async () => {
    const visitor = aVisitor({ email: 'anna.karenina@example.com' });
    const { status, body, headers } = await visitor.requestCode();
    expect(status).toBe(202);
    expect(body).toMatchObject({ channel: 'email', sentTo: 'a***@example.com', codeLength: 6 });
    expect(body.challengeId).toMatch(/^[\w-]{22,}$/);
    expect(Math.abs(secondsUntil(body.expiresAt) - 600)).toBeLessThan(5);
    expect(Math.abs(secondsUntil(body.resendAt) - 60)).toBeLessThan(5);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('registers nobody until the code is given back, and then a new person with that address', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    expect(code).toMatch(/^\d{6}$/);
    expect(await app.sql('SELECT id FROM users WHERE email = $1', [visitor.email])).toEqual([]);
    const { status, body } = await visitor.verify(code);
    expect(status).toBe(201);
    expect(body).toMatchObject({ tokenType: 'Bearer', isNewUser: true });
    expect(body.user).toMatchObject({ email: visitor.email, phone: null, role: 'user', status: 'active' });
    expect(body.user.inviteCode).toMatch(/^[0-9A-Z]{6}$/);
  });

  it('knows a returning person, however the address is written', async () => {
    const first = await aVisitor().signIn();
    await app.advance('21 s');
    const visitor = aVisitor({ email: first.email });
    expect(await visitor.requestCode({}, ` ${first.email?.toUpperCase()} `)).toMatchObject({ status: 202 });
    const { status, body } = await visitor.verify(await visitor.readCode());
    expect(status).toBe(200);
    expect(body).toMatchObject({ isNewUser: false, user: first.tokens.user });
  });

  it('lets the person read their profile with the access token', async () => {
    const user = await aVisitor().signIn();
    const { status, body } = await user.api.me();
    expect({ status, body }).toEqual({ status: 200, body: user.tokens.user });
  });

  it('takes the code for ten minutes, longer than one sent by SMS', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    await app.advance('590 s');
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
    const late = aVisitor();
    await late.requestCode();
    const lateCode = await late.readCode();
    await app.advance('601 s');
    expect(await late.verify(lateCode)).toMatchObject({ status: 410, body: { code: 'otp.challenge_over' } });
  });

  it('refuses a wrong code, and the right one once the attempts are used up', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    for (let left = 4; left >= 0; left -= 1) expect(refusal(await visitor.guessWrong()).attemptsLeft).toBe(left);
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 410 });
  });

  it('sends a fresh code for the same challenge when asked again; the old one is dead', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    const [challengeId, old] = [visitor.challengeId, await visitor.readCode()];
    await app.advance('61 s');
    expect(await visitor.resendCode()).toMatchObject({ status: 202, body: { challengeId, channel: 'email' } });
    const fresh = await visitor.readCode();
    if (fresh !== old) expect(await visitor.verify(old)).toMatchObject({ status: 401 });
    expect(await visitor.verify(fresh)).toMatchObject({ status: 201 });
  });

  it('keeps 20 seconds between messages to one address, however it is written', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    const other = aVisitor({ email: visitor.email });
    expect(await other.requestCode({}, visitor.email?.toUpperCase())).toMatchObject({
      status: 429,
      body: { code: 'otp.resend_too_soon' },
    });
  });

  it('tells how the message fares', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    await app.delivered();
    expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('sent');
  });

  it.each([
    ['en', /^Your code for Latchkey is:\n\n(\d{6})\n/],
    ['ru', /^Ваш код для Latchkey:\n\n(\d{6})\n/],
  ])('shows the message in the inbox, in the language of who asked: %s', async (language, text) => {
    const visitor = aVisitor({ language });
    await visitor.requestCode({}, visitor.email?.toUpperCase());
    const code = await visitor.readCode();
    expect(await inboxOf(visitor)).toMatchObject([
      { channel: 'email', to: visitor.email, code, segments: 1, text: expect.stringMatching(text) as string },
    ]);
    const { body } = await visitor.api.latestMessage(`to=${visitor.email?.toUpperCase()}`);
    expect(body).toMatchObject({ to: visitor.email, code });
  });

  it('writes no address and no code into the logs', async () => {
    const visitor = aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    await visitor.verify(code);
    await inboxOf(visitor);
    const logged = app.lines.join('\n');
    expect(logged).toContain('/api/v1/qa/messages');
    // The part before the @, which a query writes as %40.
    expect(logged).not.toContain(visitor.email?.split('@')[0]);
    expect(logged).not.toContain(`"${code}"`);
  });
});

describe('Who asks for a code', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const ask = (request: object) => world.aVisitor().api.requestCode(request);
  const fieldsOf = async (request: object) => {
    const answer = await ask(request);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    return refusal(answer).errors?.map(({ field, rule }) => `${field} ${rule}`);
  };

  it('names exactly one contact, a phone or an e-mail address', async () => {
    const both = ['phone eitherPhoneOrEmail', 'email eitherPhoneOrEmail'];
    expect(await fieldsOf({})).toEqual(both);
    expect(await fieldsOf({ region: 'RU' })).toEqual(both);
    expect(await fieldsOf({ phone: freshPhone(), email: freshEmail() })).toEqual(both);
  });

  it('names no region beside an e-mail address', async () => {
    expect(await fieldsOf({ email: freshEmail(), region: 'RU' })).toEqual(['region regionOfPhone']);
  });

  it.each([null, 7, [], {}, true])('types the address as text: %j is refused', async (email) => {
    expect(await fieldsOf({ email })).toEqual(['email emailText']);
  });

  it.each(['anna', 'anna@localhost', '"anna b"@example.com', 'анна@example.com', 'Anna <anna@example.com>', ''])(
    'types an address that can exist: %j is refused',
    async (email) => {
      expect(await fieldsOf({ email })).toEqual(['email emailText']);
    },
  );

  it('may write the name of the domain in any script', async () => {
    const local = `visitor-${freshPhone().slice(1)}`;
    expect(await ask({ email: `${local}@Почта.РФ` })).toMatchObject({
      status: 202,
      body: { sentTo: 'v***@xn--80a1acny.xn--p1ai' },
    });
  });
});

/** There is no gateway, and nothing is sent to it. */
const WITHOUT_GATEWAY = { ...PRODUCTION, SMS_AERO_URL: 'http://127.0.0.1:9/v2/' };

describe('The e-mail with a code', () => {
  const codeIn = (mime: string): string => /^(\d{6})\r$/m.exec(mime)?.[1] ?? '';

  it('goes by a mail server in production, and its code signs in', async () => {
    const server = await SmtpServer.start();
    const smtp = {
      EMAIL_PROVIDER: 'smtp',
      SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      EMAIL_FROM: 'Acme <a@b.example>',
    };
    const app = await startTestApp({ ...WITHOUT_GATEWAY, ...smtp });
    const visitor = new World(app).aVisitor({ email: freshEmail() });
    expect(await visitor.requestCode()).toMatchObject({ status: 202, body: { channel: 'email', codeLength: 6 } });
    await app.delivered();
    expect(server.mails).toMatchObject([{ from: 'a@b.example', to: visitor.email }]);
    const code = codeIn(server.mails[0]?.content ?? '');
    expect(await visitor.verify(code)).toMatchObject({ status: 201, body: { user: { email: visitor.email } } });
    await app.close();
    await server.close();
  });

  it('is not lost when the mail server is busy, and not sent again when it may have come through', async () => {
    const server = await SmtpServer.start();
    const app = await startTestApp({ EMAIL_PROVIDER: 'smtp', SMTP_URL: `smtp://127.0.0.1:${server.port}` });
    const [patient, unlucky] = [1, 2].map(() => new World(app).aVisitor({ email: freshEmail() })) as [Visitor, Visitor];
    const statusOf = async ({ api, challengeId }: Visitor) => (await api.statusOf(challengeId)).body.status;
    server.behaviour = SMTP_BEHAVIOURS.isBusyForRecipient;
    await patient.requestCode();
    await eventually(async () => expect(server.steps).toContain('RCPT'));
    server.behaviour = {};
    await eventually(async () => expect(server.mails).toMatchObject([{ to: patient.email }]));
    server.behaviour = SMTP_BEHAVIOURS.closesHalfWay;
    await unlucky.requestCode();
    await app.delivered();
    expect(await statusOf(unlucky)).toBe('failed');
    expect(await statusOf(patient)).toBe('sent');
    expect(await app.sql('SELECT attempts, state FROM messages ORDER BY id')).toEqual([
      { attempts: 2, state: 'sent' },
      { attempts: 1, state: 'ambiguous' },
    ]);
    await app.close();
    await server.close();
  });

  it('is a file where that is wanted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-mail-'));
    const app = await startTestApp({ EMAIL_PROVIDER: 'file', EMAIL_FOLDER: folder });
    const visitor = new World(app).aVisitor({ email: freshEmail(), language: 'ru' });
    await visitor.requestCode();
    await app.delivered();
    const [name = ''] = await readdir(folder);
    const mime = await readFile(join(folder, name), 'utf8');
    expect(mime).toContain('Ваш код для Latchkey:');
    expect(await visitor.verify(codeIn(mime))).toMatchObject({ status: 201 });
    await app.close();
    await rm(folder, { recursive: true });
  });
});

describe('Where e-mail is not offered', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ ...WITHOUT_GATEWAY, WORKER: 'separate' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('a code by e-mail is refused with what to do instead, and nothing is written', async () => {
    const answer = await world.aVisitor({ email: freshEmail() }).requestCode();
    expect(answer).toMatchObject({ status: 422, body: { code: 'email.not_offered' } });
    expect(refusal(answer).title).toContain('phone');
    expect(await app.sql('SELECT FROM otp_challenges UNION ALL SELECT FROM messages')).toEqual([]);
  });
});
