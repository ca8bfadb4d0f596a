import type { Answer, RawRequest } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { pathOf, type Route, routesOfContract } from '../support/routes.js';
import { bearer, type User, type Visitor, World } from '../support/world.js';

const ROUTES = routesOfContract();
const CLOSED = ROUTES.filter(({ path, isPublic }) => path.startsWith('/api/') && !isPublic);
/** Those that say so; the others would answer something else than their story is about. */
const FOR_STAFF = ROUTES.filter(({ codes }) => codes.includes('auth.forbidden'));
const WITH_BODY = ROUTES.flatMap(({ body, ...route }) => (body ? [{ ...route, body }] : []));
const WITH_KEY = WITH_BODY.filter(({ headers }) => headers.includes('Idempotency-Key'));
/** A share link leads on whatever it says. */
const JUDGED = ROUTES.filter(({ path }) => path !== '/i/{code}');
const PARAMETERS = JUDGED.flatMap((route) =>
  [...route.path.matchAll(/\{\w+\}/g)].map(([parameter]) => ({ ...route, parameter })),
);
const QUERIES = JUDGED.flatMap((route) => route.query.map((parameter) => ({ ...route, parameter })));

const JSON_TYPE = { 'content-type': 'application/json' };

describe('Every operation of the contract', () => {
  let app: TestApp;
  let stranger: Visitor;
  let user: User;
  /** Somebody who may do anything, and has signed in just now. */
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp();
    const world = new World(app);
    [stranger, user, admin] = [world.aVisitor(), await world.aUser(), await world.anAdmin()];
  });

  afterAll(() => app.close());

  const ask = ({ api }: Visitor, { method, path }: Pick<Route, 'method' | 'path'>, request: RawRequest = {}) =>
    api.send<unknown>(pathOf(path), { method, ...request });
  /** A body that is right, but for a password that this person has none of. */
  const bodyOf = ({ body: { currentPassword: _none, ...body } }: (typeof WITH_BODY)[number], more: object = {}) =>
    JSON.stringify({ ...body, ...more });

  const expectRefusal = (answer: Answer<unknown>, status: number, code: string) =>
    expect(answer).toMatchObject({ status, body: { status, code } });

  it('is in these tables', () => {
    expect(CLOSED.length).toBeGreaterThanOrEqual(30);
    expect(FOR_STAFF.length).toBeGreaterThanOrEqual(13);
    expect(WITH_BODY.length).toBeGreaterThanOrEqual(18);
    expect(WITH_KEY.length).toBeGreaterThanOrEqual(6);
    expect(PARAMETERS.length).toBeGreaterThanOrEqual(10);
    expect(QUERIES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(CLOSED)('that is closed refuses who brings no token, or a wrong one: $operationId', async (route) => {
    for (const headers of [{}, bearer('wrong')]) {
      const answer = await ask(stranger, route, { headers });
      expectRefusal(answer, 401, 'auth.unauthenticated');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it.each(FOR_STAFF)('for staff refuses somebody without a role: $operationId', async (route) => {
    const request = route.body && { headers: JSON_TYPE, body: JSON.stringify(route.body) };
    expectRefusal(await ask(user, route, request), 403, 'auth.forbidden');
  });

  it.each(WITH_BODY)('that takes a body refuses one that cannot be read: $operationId', async (route) => {
    expectRefusal(await ask(admin, route, { headers: JSON_TYPE, body: '{"' }), 400, 'request.malformed');
  });

  it.each(WITH_BODY)('that takes a body refuses more than 64 KiB: $operationId', async (route) => {
    const body = JSON.stringify({ note: 'x'.repeat(64 * 1024) });
    expectRefusal(await ask(admin, route, { headers: JSON_TYPE, body }), 413, 'request.too_large');
  });

  it.each(WITH_BODY)('that takes a body refuses another type of content: $operationId', async (route) => {
    const headers = { 'content-type': 'text/plain' };
    expectRefusal(await ask(admin, route, { headers, body: bodyOf(route) }), 415, 'request.unsupported_media_type');
  });

  it.each(WITH_BODY)(
    'that takes a body refuses a field that it does not know, and names it: $operationId',
    async (route) => {
      const body = bodyOf(route, { nobodyKnows: 1 });
      const answer = await ask(admin, route, { headers: JSON_TYPE, body });
      expectRefusal(answer, 422, 'request.invalid');
      expect(answer.body).toMatchObject({ errors: [{ field: 'nobodyKnows', rule: 'unknownField' }] });
    },
  );

  it.each(WITH_KEY)('that may be sent again refuses a key that is no UUID: $operationId', async (route) => {
    const headers = { ...JSON_TYPE, 'idempotency-key': 'once' };
    expectRefusal(await ask(admin, route, { headers, body: bodyOf(route) }), 422, 'request.idempotency_key_invalid');
  });

  it.each(PARAMETERS)('refuses a NUL in its path: $parameter of $operationId', async ({ parameter, ...route }) => {
    const path = route.path.replace(parameter, 'a%00');
    const request = route.body && { headers: JSON_TYPE, body: '{}' };
    expectRefusal(await ask(admin, { ...route, path }, request), 422, 'request.invalid');
  });

  it.each(QUERIES)('refuses a NUL in its query: $parameter of $operationId', async ({ parameter, ...route }) => {
    const path = `${route.path}?${parameter}=%00`;
    expectRefusal(await ask(admin, { ...route, path }), 422, 'request.invalid');
  });
});
