import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Reaction, REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { World } from '../support/world.js';

const OPS_TOKEN = 'ops-7Gk2Vx9Lq4Rw8Zt1';

describe('The SMS account', () => {
  let gateway: SmsAeroGateway;
  let app: TestApp;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
  });

  beforeEach(() => gateway.reset());

  afterEach(() => app.close());

  afterAll(() => gateway.close());

  const start = async (balance?: Reaction) => {
    gateway.instead = { balance };
    app = await startTestApp({
      WORKER: 'separate',
      OPS_TOKEN,
      SMS_PROVIDER: 'sms-aero',
      SMS_AERO_EMAIL: 'ops@example.org',
      SMS_AERO_API_KEY: 'k3y-0f-th3-4cc0unt',
      SMS_AERO_URL: gateway.url,
    });
    return new World(app).aVisitor().api;
  };

  const warnings = () => app.lines.filter((line) => line.includes('"warn"') && line.includes('SMS'));

  it('is shown to operations by the process that serves, also where others carry messages', async () => {
    const api = await start();
    const details = async () => (await api.get('/health/ready', { authorization: `Bearer ${OPS_TOKEN}` })).body;
    const sms = { status: 'ok', balance: 1_389.26 };
    await eventually(async () => expect(await details()).toMatchObject({ status: 'ok', checks: { sms } }));
    await details();
    expect((await api.get('/health/ready')).body).toEqual({ status: 'ok' });
    expect(gateway.calls).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });

  it.each(['refusesCredentials', 'fails', 'closesAtOnce'] as const)(
    'that %s stops nobody: a warning says what to do',
    async (reaction) => {
      const api = await start(REACTIONS[reaction]);
      await eventually(async () => expect(warnings()).toHaveLength(1));
      const ready = await api.get('/health/ready', { authorization: `Bearer ${OPS_TOKEN}` });
      expect(ready).toMatchObject({ status: 200, body: { status: 'ok', checks: { sms: { status: 'failed' } } } });
      expect(app.lines.join('\n')).not.toMatch(/k3y-0f-th3|ops@example/);
    },
  );

  it('that cannot be asked delays no start', async () => {
    const api = await start(REACTIONS.hangs);
    const ready = await api.get('/health/ready', { authorization: `Bearer ${OPS_TOKEN}` });
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((ready.body as { checks: object }).checks).not.toHaveProperty('sms');
  });
});
