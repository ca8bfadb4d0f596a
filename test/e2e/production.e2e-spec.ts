import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { type Visitor, World } from '../support/world.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.example.org',
  OPS_TOKEN: 'ops-7Gk2Vx9Lq4Rw8Zt1',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'ops@example.org',
  SMS_AERO_API_KEY: 'k3y-0f-th3-4cc0unt',
};

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

  it.each(['/qa/messages', '/qa/messages/latest?to=1', '/qa/messages/wait?to=1&timeout=0'])(
    'there is no inbox: %s is not found',
    async (path) => {
      // The contract describes development, so this goes past its check.
      const response = await fetch(`${app.url}/api/v1${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'request.not_found' });
    },
  );

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
  let gateway: SmsAeroGateway;
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
    const overrides = { ...PRODUCTION, SMS_AERO_URL: gateway.url, QA_INBOX_TOKEN: TOKEN };
    app = await startTestApp(overrides, undefined, { codes: new Map([[TESTER, '111111']]) });
    world = new World(app);
  });

  afterAll(async () => {
    await app.close();
    await gateway.close();
  });

  /** Somebody to whom a message was sent. */
  async function somebodyWithMessage(): Promise<Visitor> {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.delivered();
    return visitor;
  }

  /** Has a test phone been sent a message, as others are. */
  async function aMessageToTester(): Promise<void> {
    const { phone } = await somebodyWithMessage();
    await app.sql('UPDATE messages SET recipient = $1 WHERE recipient = $2', [TESTER, phone]);
  }

  const tester = () => world.aVisitor().api.with({ authorization: `Bearer ${TOKEN}` });
  const to = (phone: string) => `to=${encodeURIComponent(phone)}`;

  it.each(['/qa/messages', '/qa/messages/latest?to=1', '/qa/messages/wait?to=1&timeout=0'])(
    'is closed without its token: %s',
    async (path) => {
      expect(await world.aVisitor().api.get(`/api/v1${path}`)).toMatchObject({ status: 401 });
    },
  );

  it('shows messages to test phones only', async () => {
    const other = await somebodyWithMessage();
    await aMessageToTester();
    const api = tester();
    expect((await api.inbox('')).body.items).toMatchObject([{ to: TESTER }]);
    expect((await api.inbox('q=79')).body.items).toMatchObject([{ to: TESTER }]);
    expect((await api.latestMessage(to(TESTER))).body).toMatchObject({ to: TESTER });
    expect((await api.inbox(to(other.phone))).body.items).toEqual([]);
    expect(await api.latestMessage(to(other.phone))).toMatchObject({ status: 404 });
    expect((await api.waitForMessage(`${to(other.phone)}&timeout=0`)).body).toEqual({ message: null, timedOut: true });
  });

  it('is emptied for test phones only', async () => {
    const other = await somebodyWithMessage();
    await aMessageToTester();
    const api = tester();
    expect(await api.clearInbox(to(other.phone))).toMatchObject({ status: 204 });
    expect(await app.sql('SELECT id FROM messages WHERE recipient = $1', [other.phone])).toHaveLength(1);
    await api.clearInbox(to(TESTER));
    expect((await api.inbox('')).body.items).toEqual([]);
  });
});
