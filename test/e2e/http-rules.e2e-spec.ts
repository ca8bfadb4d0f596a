import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { bearer, freshPhone, World } from '../support/world.js';

const RUSSIAN = { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.5' };
const OPS_TOKEN = 'ops-7Gk2Vx9Lq4Rw8Zt1';

describe('Every answer', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ OPS_TOKEN });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('to a mistake is a problem in the language of whoever made it', async () => {
    const visitor = world.aVisitor();
    const russian = visitor.api.with(RUSSIAN);
    for (const ask of [
      () => russian.requestCode({ phone: '+7 495 123-45-67' }),
      () => russian.requestCode({ phone: 1 }),
      () => russian.verify('x', '1234'),
      () => russian.me(),
      () => russian.get('/api/v1/nowhere'),
      () =>
        russian.send('/api/v1/auth/otp/request', {
          method: 'POST',
          body: '{',
          headers: { 'content-type': 'application/json' },
        }),
    ]) {
      const answer = await ask();
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(refusal(answer).title).toMatch(/^[А-ЯЁ][^.]*[а-яё].*\.$/);
    }
    expect(refusal(await visitor.api.me()).title).toMatch(/^You are not signed in/);
  });

  it('tells a problem by code, type, status and instance', async () => {
    const { status, body } = await world.aVisitor().api.verify('x', '1234', { 'x-request-id': 'check-0123456789' });
    expect(status).toBe(410);
    expect(body).toEqual({
      type: 'urn:latchkey:error:otp.challenge_over',
      title: expect.any(String) as string,
      status: 410,
      code: 'otp.challenge_over',
      instance: 'urn:latchkey:request:check-0123456789',
    });
  });

  it('names every bad field of a body, each once', async () => {
    const { api } = world.aVisitor();
    const answer = await api.post('/api/v1/auth/otp/verify', { code: 'abcd', admin: true });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(
      refusal(answer)
        .errors?.map(({ field, rule }) => `${field} ${rule}`)
        .sort(),
    ).toEqual(['admin unknownField', 'challengeId challengeId', 'code otpCode']);
  });

  it('returns a sane X-Request-Id and writes it into the log', async () => {
    const { api } = world.aVisitor();
    const given = 'trace-4f1c2a9b';
    const { headers } = await api.get('/.well-known/jwks.json', { 'x-request-id': given });
    expect(headers.get('x-request-id')).toBe(given);
    expect(app.lines.filter((line) => line.includes(`"requestId":"${given}"`))).toHaveLength(1);
  });

  it.each(['short', 'x'.repeat(65), 'with space 12345', 'quote"12345678', '<script>alert(1)</script>'])(
    'has an X-Request-Id of its own instead of %j',
    async (given) => {
      const { headers } = await world.aVisitor().api.get('/health/live', { 'x-request-id': given });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    },
  );

  it('says how the service is, and what of it only to operations', async () => {
    const { api } = world.aVisitor();
    expect(await api.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await api.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await api.get('/health/ready')).body).not.toHaveProperty('checks');
    const details = await api.get('/health/ready', bearer(OPS_TOKEN));
    expect(details.body).toMatchObject({ checks: { database: { status: 'ok' } } });
    expect(details.headers.get('cache-control')).toBe('no-store');
  });

  it('counts requests by route for whoever has the token of operations', async () => {
    const { api, phone } = world.aVisitor();
    await api.latestMessage(`to=${encodeURIComponent(phone)}`);
    for (const wrong of [{}, bearer('wrong'), bearer(`${OPS_TOKEN}x`), { authorization: `Basic ${OPS_TOKEN}` }]) {
      expect(await api.get('/metrics', wrong)).toMatchObject({ status: 401 });
    }
    const { status, text, headers } = await api.get('/metrics', bearer(OPS_TOKEN));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/qa\/messages\/latest",status="4xx"\} 1/,
    );
    expect(text).not.toContain(phone.slice(1));
  });
});

describe('Where no token of operations is set', () => {
  it('metrics and details are open', async () => {
    const app = await startTestApp();
    const { api } = new World(app).aVisitor();
    expect(await api.get('/metrics')).toMatchObject({ status: 200 });
    expect((await api.get('/health/ready')).body).toMatchObject({
      status: 'ok',
      checks: { database: { status: 'ok' } },
    });
    await app.close();
  });
});

describe('The address of whoever asks', () => {
  const apps: TestApp[] = [];
  const start = async (proxies: string | undefined) => {
    const app = await startTestApp({ TRUSTED_PROXIES: proxies });
    apps.push(app);
    return app;
  };

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  /** Whether two requests for a code of one phone come from one network: then the second replaces the first. */
  async function areOneNetwork(app: TestApp, forwarded: readonly [string, string]): Promise<boolean> {
    const world = new World(app);
    const phone = freshPhone();
    const first = world.aVisitor({ phone, address: forwarded[0] });
    await first.requestCode();
    await app.advance('21 s');
    expect(await world.aVisitor({ phone, address: forwarded[1] }).requestCode()).toMatchObject({ status: 202 });
    return (await first.api.statusOf(first.challengeId)).body.status === 'over';
  }

  it('is the connection’s when no proxy is trusted: X-Forwarded-For is ignored, and that is said once', async () => {
    const app = await start(undefined);
    expect(await areOneNetwork(app, ['198.51.100.1', '203.0.113.1'])).toBe(true);
    expect(app.lines.filter((line) => line.includes('TRUSTED_PROXIES'))).toHaveLength(1);
  });

  it('is the connection’s when the peer is not among the trusted ones', async () => {
    expect(await areOneNetwork(await start('10.0.0.0/8,192.0.2.1'), ['198.51.100.1', '203.0.113.1'])).toBe(true);
  });

  it('is the one that a trusted proxy names', async () => {
    const app = await start('127.0.0.1');
    expect(await areOneNetwork(app, ['198.51.100.1', '203.0.113.1'])).toBe(false);
    expect(await areOneNetwork(app, ['198.51.100.1', '198.51.100.2'])).toBe(true);
  });

  it('is the right-most hop that is not trusted: what the client wrote before it counts for nothing', async () => {
    const app = await start('127.0.0.1,10.0.0.0/8');
    expect(await areOneNetwork(app, ['1.1.1.1, 198.51.100.1, 10.0.0.5', '2.2.2.2, 198.51.100.1, 10.0.0.9'])).toBe(true);
    expect(await areOneNetwork(app, ['1.1.1.1, 198.51.100.1, 10.0.0.5', '1.1.1.1, 203.0.113.1, 10.0.0.5'])).toBe(false);
  });

  it('is the connection’s when a proxy names none', async () => {
    const app = await start('127.0.0.1');
    for (const text of ['unknown', '_hidden', '999.1.1.1', '"198.51.100.1"']) {
      expect(await areOneNetwork(app, [text, 'nonsense'])).toBe(true);
    }
  });
});
