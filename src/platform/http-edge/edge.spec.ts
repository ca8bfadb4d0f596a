import { type EdgeApp, SECRET_PHONE, startEdge } from '../../../test/support/edge-app.js';

describe('The HTTP edge', () => {
  let edge: EdgeApp;

  beforeAll(async () => {
    edge = await startEdge({ corsOrigins: ['https://app.example'], trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
  });

  beforeEach(() => {
    edge.lines.length = 0;
  });

  afterAll(() => edge.app.close());

  const get = (path: string, headers: Record<string, string> = {}) => edge.fetch(path, { headers });
  const post = (path: string, body: object) =>
    edge.fetch(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const jsonOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

  it('names every bad field by its path', async () => {
    const response = await post('/sample', { phone: 1, inner: { phone: '1' }, extra: 1, region: 'XX' });
    const { errors } = (await response.json()) as { errors: { field: string; rule: string }[] };
    expect(errors.map(({ field, rule }) => `${field}: ${rule}`).sort()).toEqual([
      'extra: unknownField',
      'inner.phone: phoneText',
      'phone: phoneText',
      'region: region',
    ]);
  });

  it('takes what is right, trimmed and normalised', async () => {
    const sample = await post('/sample', { phone: ' 8 (912) 345-67-89 ', region: 'ru' });
    expect(sample.status).toBe(201);
    expect(await jsonOf(sample)).toEqual({ phone: '8 (912) 345-67-89', region: 'RU' });
    const code = await post('/sample/code', { challengeId: 'any thing', code: ' 12\u00a034-56 ' });
    expect(await jsonOf(code)).toEqual({ challengeId: 'any thing', code: '123456' });
  });

  it.each(['123', '123456789', '١٢٣٤', '12a4', '12.34', '+1234'])('refuses the code %s', async (code) => {
    expect((await post('/sample/code', { challengeId: 'x', code })).status).toBe(422);
  });

  it('ignores unknown query parameters', async () => {
    expect(await jsonOf(await get('/sample/a?limit=5&utm_source=x'))).toEqual({ id: 'a', limit: 5 });
  });

  it('tells the methods of an address', async () => {
    const response = await edge.fetch('/sample/a', { method: 'PUT' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('tells how long to wait, in the body and in the headers, and lets no extra pass for a standard member', async () => {
    const response = await get('/sample/limited');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'retry-after': '20',
      'ratelimit-policy': '"contact";q=5;w=3600',
      ratelimit: '"contact";r=0;t=20',
    });
    expect(await jsonOf(response)).toMatchObject({ retryAfter: 20, attemptsLeft: 2, status: 422 });
  });

  it('speaks Russian to whoever prefers it', async () => {
    const problem = await jsonOf(await get('/nowhere', { 'accept-language': 'ru-RU,en;q=0.5' }));
    expect(problem.title).toMatch(/адрес/);
  });

  it.each(['refused', 'shutdown', 'pool'])('asks to come again when the database is away (%s)', async (kind) => {
    const response = await get(`/sample/fault/${kind}`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await jsonOf(response)).toMatchObject({ code: 'service.unavailable', retryAfter: 2 });
  });

  it.each(['unexpected', 'duplicate'])('hides a fault of ours, and logs it once without values (%s)', async (kind) => {
    const response = await get(`/sample/fault/${kind}`, { 'x-request-id': 'fault-0001' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/duplicate|save/);
    const faults = edge.lines.filter((line) => line.includes('unexpected error'));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/fault-0001.*frames.*edge-app/);
    expect(edge.lines.join('')).not.toContain(SECRET_PHONE.slice(1));
  });

  it('takes a sane request id, and replaces any other', async () => {
    const sane = await get('/health/live', { 'x-request-id': 'client-id.1' });
    expect(sane.headers.get('x-request-id')).toBe('client-id.1');
    const bad = await get('/health/live', { 'x-request-id': 'a b"c<script>' });
    expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs the pattern of the route, never the address', async () => {
    await (await get('/sample/79121234567?phone=%2B79121234567')).text();
    // A line is written when the answer is out; the next answer of the same connection comes after that.
    await (await get('/health/live')).text();
    const [line = ''] = edge.lines;
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', route: '/sample/:id', status: 200 });
    expect(line).not.toContain('9121234567');
  });

  it('answers with headers that let nothing load, run or frame it', async () => {
    for (const path of ['/sample/a', '/nowhere']) {
      expect(Object.fromEntries((await get(path)).headers)).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'strict-transport-security': 'max-age=31536000',
      });
    }
  });

  it('lets only the configured origins read an answer', async () => {
    const own = await get('/sample/a', { origin: 'https://app.example' });
    expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(own.headers.get('access-control-expose-headers')).toMatch(/Retry-After/);
    const other = await get('/sample/a', { origin: 'https://evil.example' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('takes the right-most untrusted hop behind a trusted proxy', async () => {
    const asker = await jsonOf(await get('/sample/asker', { 'x-forwarded-for': '1.1.1.1, 203.0.113.77, 10.9.9.9' }));
    expect(asker).toMatchObject({ address: '203.0.113.77', network: '203.0.113.0/24' });
    const garbage = await jsonOf(await get('/sample/asker', { 'x-forwarded-for': 'unknown' }));
    expect(garbage).toMatchObject({ address: '127.0.0.1' });
    expect(edge.lines.join('')).not.toContain('TRUSTED_PROXIES');
  });

  it('ignores X-Forwarded-For of anybody else, and warns once', async () => {
    const bare = await startEdge();
    const ask = () => bare.fetch('/sample/asker', { headers: { 'x-forwarded-for': '203.0.113.77' } });
    expect(await jsonOf(await ask())).toMatchObject({ address: '127.0.0.1', network: '127.0.0.0/24' });
    await ask();
    expect(bare.lines.filter((line) => line.includes('TRUSTED_PROXIES'))).toHaveLength(1);
    await bare.app.close();
  });
});
