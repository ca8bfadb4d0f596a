import type { CollectedSpan } from '../support/collector.js';
import { expectFault } from '../support/fault.js';
import { TracedWorld } from '../support/traced-world.js';
import { freshEmail, type User, type Visitor } from '../support/world.js';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const REQUEST_ID = 'tour-of-traces-1';
/** Two applications start and end. */
const TOUR_MS = 60_000;
const PASSWORD = 'green lamp over the stairs';
const JSON_BODY = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
const [SERVER, CLIENT, CONSUMER] = [2, 3, 5];

describe('Traces', () => {
  let world: TracedWorld;
  let visitor: Visitor;
  let user: User;
  let code: string;
  let byMail: Visitor;
  let logged: { requestId?: string; traceId?: string; msg?: string }[];
  const email = freshEmail();

  const one = (name: string): CollectedSpan => {
    const [span, ...others] = world.collector.named(name);
    if (!span || others.length > 0) throw new Error(`${others.length + (span ? 1 : 0)} spans are called ${name}`);
    return span;
  };
  const first = (name: string): CollectedSpan => world.collector.named(name)[0] ?? one(name);

  /** A tour through everything that has a span of its own, and through what could give somebody away. */
  beforeAll(async () => {
    world = await TracedWorld.start();
    visitor = world.people.aVisitor();
    await visitor.requestCode({
      traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`,
      tracestate: `vendor=${visitor.phone.slice(1)}`,
      'x-request-id': REQUEST_ID,
    });
    await world.worker.delivered();
    code = world.gateway.requests.at(-1)?.text.match(/\d{4,8}/)?.[0] ?? '';
    user = await world.people.aVisitor().signIn();
    await user.api.get('/api/v1/users/me');
    await user.api.get(`/nowhere/${user.phone}?phone=${encodeURIComponent(user.phone)}`);
    await user.api.get(`/i/${user.inviteCode}`);
    byMail = world.people.aVisitor({ email });
    await byMail.signUp(PASSWORD);
    await byMail.logIn(PASSWORD);
    await byMail.logIn('a wrong password');
    await user.api.send('/api/v1/users/me', { ...JSON_BODY, body: JSON.stringify({ firstName: 'Cinderella' }) });
    await byMail.api.get('/health/ready');
    await world.api.sql('ALTER TABLE referral_links RENAME TO referral_links_away');
    await expectFault(world.api, '/api/v1/referrals/me', user);
    await world.api.sql('ALTER TABLE referral_links_away RENAME TO referral_links');
    await world.finish();
    logged = [...world.api.lines, ...world.worker.lines].map((line) => JSON.parse(line) as object);
  }, TOUR_MS);

  afterAll(() => world.collector.close());

  it('are sent as OTLP to the collector that was named, with its headers', () => {
    expect(world.collector.headers[0]).toMatchObject({
      path: '/v1/traces',
      'content-type': 'application/json',
      'x-team': 'sign-in',
    });
    expect(new Set(world.collector.spans.map(({ service }) => service))).toEqual(new Set(['api', 'worker']));
  });

  it('call a request by its method and the pattern of its route, and go on with the trace of its caller', () => {
    const span = world.collector.spans.find(({ facts }) => facts['latchkey.request_id'] === REQUEST_ID);
    expect(span).toMatchObject({
      service: 'api',
      name: 'POST /api/v1/auth/otp/request',
      kind: SERVER,
      traceId: CALLER.traceId,
      parentSpanId: CALLER.spanId,
      status: 0,
    });
    expect(span?.facts).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v1/auth/otp/request',
      'http.response.status_code': 202,
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'latchkey.request_id': REQUEST_ID,
    });
  });

  it('begin anew where the caller has none, and name no route where there is none', () => {
    expect(first('GET /api/v1/users/me').parentSpanId).toBe('');
    expect(one('GET').facts).not.toHaveProperty('http.route');
  });

  it('leave out what machines ask every few seconds', () => {
    expect(world.collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });

  it('show the statements of a request by their names', () => {
    const request = first('POST /api/v1/auth/otp/request');
    const statements = world.collector.childrenOf(request).map(({ name }) => name);
    expect(statements).toContain('otp.ask');
    expect(first('otp.ask')).toMatchObject({
      kind: CLIENT,
      facts: { 'db.system.name': 'postgresql', 'db.query.summary': 'otp.ask' },
    });
  });

  it('show the statements of a transaction below it', () => {
    const statements = world.collector.childrenOf(first('transaction')).map(({ kind }) => kind);
    expect(new Set(statements)).toEqual(new Set([CLIENT]));
  });

  it('lead from the request over the worker to the gateway', () => {
    const [request, delivery, call] = ['POST /api/v1/auth/otp/request', 'deliver sms', 'POST sms/send'].map((name) =>
      world.collector.named(name).find(({ traceId }) => traceId === CALLER.traceId),
    );
    expect(delivery).toMatchObject({
      service: 'worker',
      kind: CONSUMER,
      parentSpanId: request?.spanId,
      facts: { 'latchkey.template': 'otp-code', 'latchkey.attempt': 1 },
    });
    expect(call).toMatchObject({
      kind: CLIENT,
      parentSpanId: delivery?.spanId,
      facts: { 'http.request.method': 'POST', 'http.response.status_code': 200, 'server.address': '127.0.0.1' },
    });
  });

  it('lead to the mail server as well', () => {
    const delivery = first('deliver email');
    expect(world.collector.childrenOf(delivery)).toMatchObject([
      { name: 'SMTP', kind: CLIENT, facts: { 'server.address': '127.0.0.1', 'network.protocol.name': 'smtp' } },
    ]);
  });

  it('show how long a password waited for its turn to be hashed', () => {
    const hashed = world.collector.named('hash a password');
    expect(hashed.length).toBeGreaterThanOrEqual(3);
    for (const { facts } of hashed) expect(facts).toHaveProperty(['latchkey.waited_ms']);
  });

  it('name what went wrong by a code, never by its message', () => {
    const request = first('GET /api/v1/referrals/me');
    expect(request).toMatchObject({ status: 2, facts: { 'error.type': '500', 'http.response.status_code': 500 } });
    expect(world.collector.childrenOf(request).filter(({ status }) => status === 2)).toMatchObject([
      { facts: { 'error.type': '42P01' } },
    ]);
    expect(world.collector.spans.flatMap(({ events }) => events)).toEqual([]);
    expect(world.collector.bodies.join('')).not.toContain('"message"');
  });

  it('know nobody: no contact, code, token, password, name, address, or secret of ours', () => {
    const told = world.collector.bodies.join('\n');
    const [people, secrets] = [
      [visitor, user, byMail].flatMap(({ phone, address }) => [phone.slice(2), address]),
      [
        'k3y-of-the-account',
        's3cret-of-mail',
        'ops@example.org',
        PASSWORD,
        'Cinderella',
        email,
        email.split('@')[0] ?? '',
      ],
    ];
    const { accessToken, refreshToken } = user.tokens;
    const given = [visitor.challengeId, user.inviteCode, user.id, accessToken, refreshToken, `"${code}"`];
    expect(code).toMatch(/^\d{4}$/);
    for (const needle of [...people, ...secrets, ...given]) expect(told).not.toContain(needle);
    expect(told).not.toMatch(/\?|SELECT|INSERT|vendor=/);
  });

  it('are found by the log, and the log by them', () => {
    const lines = logged.filter(({ requestId }) => requestId === REQUEST_ID);
    expect(lines.map(({ msg }) => msg).sort()).toEqual(['message', 'request']);
    expect(new Set(lines.map(({ traceId }) => traceId))).toEqual(new Set([CALLER.traceId]));
  });
});
