import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { type Visitor, World } from '../support/world.js';

/** Long enough that a busy machine is not taken for a gateway that hangs. */
const GATEWAY_MS = 3_000;

const statusOf = async (visitor: Visitor) => (await visitor.api.statusOf(visitor.challengeId)).body.status;

describe('How the message of a challenge fares', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('is told together with the times of the challenge', async () => {
    const visitor = world.aVisitor();
    const { body } = await visitor.requestCode();
    await app.delivered();
    const { expiresAt, resendAt } = body;
    expect((await visitor.api.statusOf(visitor.challengeId)).body).toEqual({ status: 'sent', expiresAt, resendAt });
  });

  it('is “used” once the code was given back', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await visitor.verify(await visitor.readCode());
    expect(await statusOf(visitor)).toBe('used');
  });

  it('is “over” once the code has expired', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.advance('301 s');
    expect(await statusOf(visitor)).toBe('over');
  });
});

describe('How the message of a challenge fares while no courier works', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ WORKER: 'separate' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('is “queued”, and the inbox shows nothing as sent', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    expect(await statusOf(visitor)).toBe('queued');
    const to = `to=${encodeURIComponent(visitor.phone)}`;
    expect(await visitor.api.latestMessage(to)).toMatchObject({ status: 404 });
    expect((await visitor.api.waitForMessage(`${to}&timeout=0`)).body).toEqual({ message: null, timedOut: true });
    const { items } = (await visitor.api.inbox(to)).body;
    expect(items.map(({ states }) => states.map(({ state }) => state))).toEqual([['queued']]);
  });

  it('ends with a resend: of what waits, only the newest will go out', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.advance('61 s');
    await visitor.resendCode();
    const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.phone)}`)).body;
    expect(items.map(({ states }) => states.at(-1)?.state)).toEqual(['queued', 'expired']);
    expect(await statusOf(visitor)).toBe('queued');
  });

  it('is carried once a courier starts, unless it is too late to be worth anything', async () => {
    const late = world.aVisitor();
    await late.requestCode();
    await app.advance('301 s');
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const worker = await startTestApp({}, app.database);
    await eventually(async () => expect(await statusOf(visitor)).toBe('sent'));
    await worker.close();
    const { items } = (await late.api.inbox(`to=${encodeURIComponent(late.phone)}`)).body;
    expect(items.map(({ states }) => states.at(-1)?.state)).toEqual(['expired']);
  });
});

describe('How the message of a challenge fares at SMS Aero', () => {
  let gateway: SmsAeroGateway;
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
    const account = { SMS_AERO_EMAIL: 'ops@example.org', SMS_AERO_API_KEY: 'k3y', SMS_AERO_URL: gateway.url };
    app = await startTestApp({ SMS_PROVIDER: 'sms-aero', SMS_TIMEOUT_MS: String(GATEWAY_MS), ...account });
    world = new World(app);
  });

  afterAll(async () => {
    await app.close();
    await gateway.close();
  });

  const expectStatus = (visitor: Visitor, status: string) =>
    eventually(async () => expect(await statusOf(visitor)).toBe(status));

  it('is “sent” once it was taken, in one piece', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await expectStatus(visitor, 'sent');
    const code = await visitor.readCode();
    expect(gateway.textsTo(visitor.phone)).toEqual([expect.stringContaining(code)]);
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
  });

  it('is “failed” when it was refused, and another may be sent at once', async () => {
    const visitor = world.aVisitor();
    gateway.meetNext(visitor.phone, REACTIONS.refusesNumber);
    await visitor.requestCode();
    await expectStatus(visitor, 'failed');
    expect(gateway.textsTo(visitor.phone)).toHaveLength(1);
    expect(await visitor.resendCode()).toMatchObject({ status: 202 });
    await expectStatus(visitor, 'sent');
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
  });

  it('is “queued” while it is tried again after it was certainly not taken', async () => {
    const visitor = world.aVisitor();
    gateway.meetNext(visitor.phone, REACTIONS.isBusy);
    await visitor.requestCode();
    await eventually(async () => expect(gateway.textsTo(visitor.phone)).toHaveLength(1));
    expect(['queued', 'sent']).toContain(await statusOf(visitor));
    await app.advance('5 s');
    await expectStatus(visitor, 'sent');
    const [first, second, ...more] = gateway.textsTo(visitor.phone);
    expect(second).toBe(first);
    expect(more).toEqual([]);
  });

  it.each(['fails', 'hangs', 'closesHalfWay'] as const)(
    'is “failed” when the gateway %s: it may have been sent, so it never is again',
    async (reaction) => {
      const visitor = world.aVisitor();
      gateway.meetNext(visitor.phone, REACTIONS[reaction]);
      await visitor.requestCode();
      await expectStatus(visitor, 'failed');
      const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.phone)}`)).body;
      expect(items[0]?.states.map(({ state }) => state)).toEqual(['queued', 'sending', 'ambiguous']);
      await app.advance('40 s');
      const other = world.aVisitor();
      await other.requestCode();
      await expectStatus(other, 'sent');
      expect(gateway.textsTo(visitor.phone)).toHaveLength(1);
      expect(await visitor.resendCode()).toMatchObject({ status: 202 });
    },
  );

  it('does not keep whoever asks waiting for the gateway', async () => {
    const visitor = world.aVisitor();
    gateway.meetNext(visitor.phone, REACTIONS.hangs);
    const start = performance.now();
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    expect(await statusOf(visitor)).toBe('queued');
    expect(performance.now() - start).toBeLessThan(GATEWAY_MS);
  });
});
