import { newId } from '../../src/common/crypto.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PRODUCTION } from '../support/production.js';
import { SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { type Visitor, World } from '../support/world.js';

const INBOX = [
  ['GET', '/qa/messages'],
  ['GET', '/qa/messages/latest?to=1'],
  ['GET', '/qa/messages/wait?to=1&timeout=0'],
  ['DELETE', '/qa/messages?to=1'],
] as const;

describe('In production', () => {
  let gateway: SmsAeroGateway;
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
    app = await startTestApp({ ...PRODUCTION, SMS_AERO_URL: gateway.url });
    world = new World(app);
  });

  afterAll(async () => {
    await app.close();
    await gateway.close();
  });

  async function textTo({ phone }: Visitor): Promise<string> {
    return eventually(async () => {
      const [text] = gateway.textsTo(phone);
      if (!text) throw new Error('no message yet');
      return text;
    });
  }

  it.each(INBOX)('there is no inbox: %s %s is not found', async (method, path) => {
    const answer = await world.aVisitor().api.send(`/api/v1${path}`, { method });
    expect(answer).toMatchObject({ status: 404, body: { code: 'request.not_found' } });
  });

  it('a person signs in by a code of 6 digits, bound to the public origin', async () => {
    const visitor = world.aVisitor();
    expect((await visitor.requestCode()).body.codeLength).toBe(6);
    const text = await textTo(visitor);
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? '';
    expect(text.split('\n').at(-1)).toBe(`@id.example.org #${code}`);
    const { status, body } = await visitor.verify(code);
    expect(status).toBe(201);
    const claims = JSON.parse(Buffer.from(body.accessToken.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ iss: 'https://id.example.org', role: 'user' });
  });

  it('tells browsers to come back by https only', async () => {
    const { headers } = await world.aVisitor().api.get('/health/live');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  });

  it('the metrics and the details of readiness are for operations only', async () => {
    const { api } = world.aVisitor();
    expect(await api.get('/metrics')).toMatchObject({ status: 401 });
    expect((await api.get('/health/ready')).body).toEqual({ status: 'ok' });
  });
});

describe('In production, the inbox', () => {
  const TOKEN = 'qa-5Kd9Xw2Lm7Rt4Bz8';
  const TESTER = '+79990000001';
  /** A test phone by the configuration, and somebody's by right. */
  const OWNED = '+79990000002';
  let gateway: SmsAeroGateway;
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const testPhones = { TEST_PHONES: `${TESTER}:111111,${OWNED}:222222`, TEST_PHONES_UNTIL: until };
    app = await startTestApp({ ...PRODUCTION, ...testPhones, SMS_AERO_URL: gateway.url, QA_INBOX_TOKEN: TOKEN });
    world = new World(app);
  });

  afterAll(async () => {
    await app.close();
    await gateway.close();
  });

  /** Somebody to whom a message was sent. */
  async function somebodyWithMessage(phone?: string): Promise<Visitor> {
    const visitor = world.aVisitor({ phone });
    await visitor.requestCode();
    await app.delivered();
    return visitor;
  }

  const tester = () => world.aVisitor().api.with({ authorization: `Bearer ${TOKEN}` });
  const to = (phone: string) => `to=${encodeURIComponent(phone)}`;

  it.each(INBOX)('is closed without its token: %s %s', async (method, path) => {
    expect(await world.aVisitor().api.send(`/api/v1${path}`, { method })).toMatchObject({ status: 401 });
  });

  it('shows messages to test phones only', async () => {
    const other = await somebodyWithMessage();
    await somebodyWithMessage(TESTER);
    const api = tester();
    expect((await api.inbox('')).body.items).toMatchObject([{ to: TESTER }]);
    expect((await api.inbox('q=79')).body.items).toMatchObject([{ to: TESTER }]);
    expect((await api.latestMessage(to(TESTER))).body).toMatchObject({ to: TESTER });
    expect((await api.inbox(to(other.phone))).body.items).toEqual([]);
    expect(await api.latestMessage(to(other.phone))).toMatchObject({ status: 404 });
    expect((await api.waitForMessage(`${to(other.phone)}&timeout=0`)).body).toEqual({ message: null, timedOut: true });
  });

  it('does not show the codes of somebody who owns what the configuration calls a test phone', async () => {
    await app.sql('INSERT INTO users (id, phone) VALUES ($1, $2)', [newId(), OWNED]);
    await somebodyWithMessage(OWNED);
    expect(gateway.textsTo(OWNED)).toHaveLength(1);
    expect((await tester().inbox(to(OWNED))).body.items).toEqual([]);
    expect(await tester().latestMessage(to(OWNED))).toMatchObject({ status: 404 });
    await tester().clearInbox(to(OWNED));
    expect(await app.sql('SELECT FROM messages WHERE recipient = $1', [OWNED])).toHaveLength(1);
  });

  it('is emptied for test phones only', async () => {
    const other = await somebodyWithMessage();
    await somebodyWithMessage(TESTER);
    const api = tester();
    expect(await api.clearInbox(to(other.phone))).toMatchObject({ status: 204 });
    expect(await app.sql('SELECT id FROM messages WHERE recipient = $1', [other.phone])).toHaveLength(1);
    await api.clearInbox(to(TESTER));
    expect((await api.inbox('')).body.items).toEqual([]);
  });
});
