import { randomUUID } from 'node:crypto';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { freshEmail, freshPhone, type User, type Visitor, World } from '../support/world.js';

describe('The switch for sending SMS', () => {
  let here: TestApp;
  let there: TestApp;
  let admin: User;
  /** People who come to the other replica. */
  let world: World;

  beforeAll(async () => {
    here = await startTestApp();
    there = await startTestApp({}, here.database);
    admin = await new World(here).anAdmin();
    world = new World(there);
  });

  afterEach(() => admin.api.turnSending({ enabled: true }));

  afterAll(async () => {
    await there.close();
    await here.close();
  });

  const turnOff = async () =>
    expect(await admin.api.turnSending({ enabled: false, reason: 'A flood' })).toMatchObject({ status: 200 });
  const written = () => here.sql('SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM otp_challenges)');

  it('holds on every replica at once, says after how long to come back, and costs nobody a message', async () => {
    const visitor = world.aVisitor();
    await turnOff();
    const before = await written();
    const answer = await visitor.requestCode();
    expect(answer).toMatchObject({ status: 503, body: { code: 'sms.unavailable', retryAfter: 60 } });
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(await written()).toEqual(before);
    await admin.api.turnSending({ enabled: true });
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
  });

  it('is told in the language of whoever asks', async () => {
    await turnOff();
    const answer = await world.aVisitor({ language: 'ru' }).requestCode();
    expect(refusal(answer).title).toBe(
      'Сейчас не получается отправить SMS. Попробуйте позже или войдите по почте или паролю.',
    );
  });

  it('is for everything that sends a code', async () => {
    const [user, visitor] = [await world.aUser(), world.aVisitor()];
    await visitor.requestCode();
    await turnOff();
    await there.clock.advance('61 s');
    const unavailable = { status: 503, body: { code: 'sms.unavailable' } };
    expect(await visitor.resendCode()).toMatchObject(unavailable);
    expect(await world.aVisitor().register('four words of mine')).toMatchObject(unavailable);
    expect(await user.forgotPassword()).toMatchObject(unavailable);
    expect(await user.api.askForContact({ phone: freshPhone() })).toMatchObject(unavailable);
  });

  it('leaves the repetition of a request free to succeed', async () => {
    const [visitor, headers] = [world.aVisitor(), { 'idempotency-key': randomUUID() }];
    await turnOff();
    expect(await visitor.requestCode(headers)).toMatchObject({ status: 503 });
    await admin.api.turnSending({ enabled: true });
    expect(await visitor.requestCode(headers)).toMatchObject({ status: 202 });
  });

  it('does not keep anybody from giving a code that came before', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    await turnOff();
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
  });

  it('keeps no e-mail back', async () => {
    await turnOff();
    const user = await world.aUser({ email: freshEmail() });
    expect(user.tokens.isNewUser).toBe(true);
  });

  it('is read and turned by administrators alone, and the audit log tells', async () => {
    const { body: off } = await admin.api.turnSending({ enabled: false, reason: '  A flood ' });
    expect(off).toEqual({
      channel: 'sms',
      enabled: false,
      reason: 'A flood',
      changedAt: off.changedAt,
      changedBy: admin.id,
      breaker: { state: 'closed', openUntil: null, failure: null, failures: 0 },
    });
    expect((await admin.api.sending()).body).toEqual(off);
    await admin.api.turnSending({ enabled: true });
    const [other, moderator] = [await world.anAdmin(), await world.aModerator()];
    expect(await other.api.sending()).toMatchObject({ status: 200, body: { enabled: true, reason: null } });
    expect(await moderator.api.sending()).toMatchObject({ status: 403 });
    expect(await moderator.api.turnSending({ enabled: false })).toMatchObject({ status: 403 });
    expect(await world.aVisitor().api.turnSending({ enabled: false })).toMatchObject({ status: 401 });
    const { items } = (await other.api.auditLog({ action: 'messages.sending_changed', limit: '2' })).body;
    expect(items).toMatchObject([
      { actorId: admin.id, details: { channel: 'sms', enabled: true } },
      { actorId: admin.id, details: { channel: 'sms', enabled: false } },
    ]);
  });

  it.each([
    ['enabled', {}],
    ['enabled', { enabled: 'off' }],
    ['reason', { enabled: false, reason: 'x'.repeat(201) }],
    ['reason', { enabled: false, reason: null }],
    ['until', { enabled: false, until: 'tomorrow' }],
  ])('is not turned by a bad %s: %j', async (field, body) => {
    const answer = await admin.api.turnSending(body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect((await admin.api.sending()).body.enabled).toBe(true);
  });
});

describe('What is queued when sending is turned off', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    // Nobody carries messages here, until a worker starts.
    app = await startTestApp({ WORKER: 'separate' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const turn = (enabled: boolean) => app.sql(`UPDATE sending SET enabled = $1 WHERE channel = 'sms'`, [enabled]);
  const statesOf = async (visitor: Visitor) => {
    const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.contact)}`)).body;
    return items[0]?.states.map(({ state }) => state);
  };

  it('waits, and goes out when it is turned on again; or is given up when it is worth nothing any more', async () => {
    const [early, visitor, reader] = [world.aVisitor(), world.aVisitor(), world.aVisitor({ email: freshEmail() })];
    await early.requestCode();
    await app.clock.advance('200 s');
    for (const each of [visitor, reader]) expect(await each.requestCode()).toMatchObject({ status: 202 });
    await turn(false);
    const worker = await startTestApp({}, app.database);
    await eventually(async () => expect(await statesOf(reader)).toEqual(['queued', 'sending', 'sent']));
    expect(await statesOf(early)).toEqual(['queued']);
    await app.clock.advance('101 s');
    await eventually(async () => expect(await statesOf(early)).toEqual(['queued', 'expired']));
    expect(await statesOf(visitor)).toEqual(['queued']);
    await turn(true);
    await eventually(async () => expect(await statesOf(visitor)).toEqual(['queued', 'sending', 'sent']));
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
    await worker.close();
  });
});
