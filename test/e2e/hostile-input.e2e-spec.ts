import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { IN_PLACE_OF_A_FIELD, withInPlace } from '../support/hostile.js';
import { routesOfContract } from '../support/routes.js';
import { World } from '../support/world.js';

const PUBLIC = routesOfContract().filter(({ isPublic }) => isPublic);
const WITH_BODY = PUBLIC.flatMap(({ method, path, body }) => (body ? [{ method, path, body }] : []));
const WITH_QUERY = PUBLIC.flatMap((route) => route.query.map((name) => ({ ...route, name })));

const JSON_TYPE = { 'content-type': 'application/json' };
const LONG = 'x'.repeat(10_000);

/**
 * What is no mistake in a field: a refresh token that is none is answered as all that are not good any more, or by signing out,
 * a password of spaces is merely wrong, and an invite code that was not typed is none.
 */
const TAKEN: Readonly<Record<string, RegExp | undefined>> = {
  refreshToken: /^(nothing|spaces|10 000 .*)$/,
  password: /^spaces$/,
  inviteCode: /^(nothing|spaces)$/,
};

/** Bodies that are wrong whatever the route. */
const BODIES: readonly (readonly [string, string, number])[] = [
  ['malformed JSON', '{"phone":', 400],
  ['an empty body', '', 400],
  ['two values', '{}{}', 400],
  ['a text', '"phone"', 422],
  ['a number', '1', 422],
  ['null', 'null', 422],
  ['an array', '[]', 422],
  ['an empty object', '{}', 422],
  ['a body of 65 KiB', JSON.stringify({ phone: 'x'.repeat(65 * 1024) }), 413],
];

describe('Hostile input', () => {
  let app: TestApp;
  let world: World;
  let before: unknown;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    before = await rowsOfTables();
  });

  afterAll(() => app.close());

  /** How many rows each table has: nothing of what is refused may be stored. */
  async function rowsOfTables(): Promise<unknown> {
    return app.sql(`
      SELECT table_name, query_to_xml(format('SELECT count(*) FROM %I', table_name), false, true, '')::text AS rows
      FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name`);
  }

  const send = (
    path: string,
    body: string,
    { method = 'POST', headers = JSON_TYPE }: { method?: string; headers?: object } = {},
  ) => world.aVisitor().api.send(path, { method, body, headers: headers as Record<string, string> });

  /** The client has already checked the answer against the contract. */
  function expectProblem({ status, headers, body, text }: Answer<unknown>, expected?: number): void {
    if (expected === undefined) expect([400, 404, 405, 410, 413, 414, 415, 422]).toContain(status);
    else expect(status).toBe(expected);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ status });
    expect(text.length).toBeLessThan(10_000);
  }

  it('is looked for on every public route that takes something', () => {
    expect(WITH_BODY.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['request', 'status', 'resend', 'verify'].map((step) => `/api/v1/auth/otp/${step}`)),
    );
    expect(WITH_QUERY.length).toBeGreaterThanOrEqual(6);
  });

  describe.each(WITH_BODY)('in the body of $method $path', ({ path, method, body }) => {
    it.each(BODIES)('is refused: %s', async (_, text, status) => {
      expectProblem(await send(path, text, { method }), status);
    });

    const fields = Object.keys(body).flatMap((field) =>
      IN_PLACE_OF_A_FIELD.filter(([what]) => !TAKEN[field]?.test(what)).map(([what, value]) => ({
        field,
        what,
        value,
      })),
    );

    it.each(fields)('is refused: $what in place of $field', async ({ field, value }) => {
      expectProblem(await send(path, withInPlace(body, field, value), { method }), 422);
    });

    it.each(['admin', '__proto__', 'constructor', 'toString', LONG, 'a\\u0000b', '\\ud800'])(
      'is refused: the unknown field %s',
      async (name) => {
        expectProblem(await send(path, `${JSON.stringify(body).slice(0, -1)},"${name}":{"admin":true}}`, { method }));
      },
    );

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'json',
      'application/json; charset=utf-16',
    ])('is refused: the content type %s', async (type) => {
      const answer = await send(path, `${JSON.stringify(body)} `.replace('{', '{"x":1,'), {
        method,
        headers: { 'content-type': type },
      });
      expectProblem(answer, type.startsWith('application/json') ? undefined : 415);
    });

    it('is refused: bytes that are no UTF-8', async () => {
      const bytes = Buffer.concat([Buffer.from('{"phone":"'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('"}')]);
      expectProblem(await world.aVisitor().api.send(path, { method, headers: JSON_TYPE, body: bytes }));
    });
  });

  it.each(PUBLIC)('is refused: another method on $path than $method', async ({ path, method }) => {
    const taken = PUBLIC.filter((route) => route.path === path).map((route) => route.method);
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((other) => !taken.includes(other));
    for (const other of others) {
      const answer = await world.aVisitor().api.send(path, { method: other });
      expectProblem(answer, 405);
      expect(answer.headers.get('allow')?.split(', ')).toContain(method);
    }
  });

  it.each(WITH_QUERY)('is refused or harmless in the query of $path: $name', async ({ path, name, method }) => {
    const values = [
      '%00',
      '%ff',
      '%zz',
      '%ED%A0%80',
      LONG.slice(0, 5_000),
      "'; DROP TABLE users; --",
      '[]',
      'a&' + `${name}=b`,
    ];
    for (const value of values) {
      const query = name === 'to' ? `to=${value}&timeout=0` : `to=1&timeout=0&${name}=${value}`;
      const answer = await world.aVisitor().api.send(`${path}?${query}`, { method });
      expect([200, 204, 303, 400, 404, 422]).toContain(answer.status);
    }
  });

  it.each([
    '/api/v1/nowhere',
    '/api/v1/auth/otp',
    '/api/v1/auth/otp/request/',
    '/API/v1/auth/otp/request',
    '/%00',
    '/api/v1/%zz',
    '/..%2f..%2fetc/passwd',
  ])('at %s is answered with a problem', async (path) => {
    const answer = await world.aVisitor().api.send(path, { method: 'GET' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expectProblem(answer);
  });

  it('has left nothing behind, and the service as it was', async () => {
    expect(await rowsOfTables()).toEqual(before);
    expect(app.lines.filter((line) => /"level":"(warn|error|fatal)"/.test(line))).toEqual([]);
    expect(app.lines.filter((line) => /"status":5\d\d/.test(line))).toEqual([]);
    expect(await world.aUser()).toMatchObject({ tokens: { isNewUser: true } });
  });
});
