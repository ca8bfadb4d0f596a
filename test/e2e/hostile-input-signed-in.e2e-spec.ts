import { startTestApp, type TestApp } from '../support/app.js';
import { IN_PLACE_OF_A_FIELD, withInPlace } from '../support/hostile.js';
import { routesOfContract } from '../support/routes.js';
import { type User, World } from '../support/world.js';

/** Somebody whom nobody is. */
const NOBODY = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';
const pathOf = (template: string): string => template.replace('{id}', NOBODY).replace('{contact}', 'email');

const ROUTES = routesOfContract()
  .filter(({ isPublic }) => !isPublic)
  .map(({ path, ...route }) => ({ ...route, path: pathOf(path) }));
/** Fastify reads what stands in a DELETE, and would refuse an empty body of JSON, which many clients send. */
const WITHOUT_BODY = ROUTES.filter(({ method, body }) => method === 'DELETE' && !body).map(({ method, path }) => ({
  method,
  path,
}));
const FIELDS = ROUTES.flatMap(({ method, path, body = {} }) => {
  // The person has just signed in and has no password: one that is given would be refused as such.
  const { currentPassword: _given, ...others } = body;
  return Object.entries(others).flatMap(([field, example]) =>
    IN_PLACE_OF_A_FIELD.filter(([, value]) => !(value === 'true' && typeof example === 'boolean')).map(
      ([what, value]) => ({
        method,
        path,
        field,
        what,
        text: withInPlace(others, field, value),
      }),
    ),
  );
});

describe('Hostile input of somebody who is signed in', () => {
  let app: TestApp;
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await new World(app).anAdmin();
  });

  afterAll(() => app.close());

  const send = (method: string, path: string, body: string) =>
    admin.api.send(path, { method, body, headers: { 'content-type': 'application/json' } });

  it('is looked for on every route that takes something', () => {
    const routes = new Set(FIELDS.map(({ method, path }) => `${method} ${path}`));
    expect([...routes]).toEqual(
      expect.arrayContaining([
        'PATCH /api/v1/users/me',
        'PUT /api/v1/users/me/password',
        `PATCH /api/v1/users/${NOBODY}`,
      ]),
    );
  });

  it.each(FIELDS)('is refused: $what in place of $field ($method $path)', async ({ method, path, what, text }) => {
    const { status, body } = await send(method, path, text);
    // In a change null clears; that of nobody is not found.
    if (method === 'PATCH' && what === 'null') expect([200, 404, 422]).toContain(status);
    else expect({ status, body }).toMatchObject({ status: 422, body: { status: 422 } });
  });

  it.each(ROUTES.flatMap(({ method, path, query }) => query.map((name) => ({ method, path, name }))))(
    'is refused or harmless in the query of $path: $name',
    async ({ method, path, name }) => {
      for (const value of [
        '%00',
        '%ff',
        '%ED%A0%80',
        'x'.repeat(5_000),
        "'; DROP TABLE users; --",
        '%25%5F%5C',
        '[]',
        '-1',
        '',
      ]) {
        const { status } = await admin.api.send(`${path}?${name}=${value}`, { method });
        expect([200, 400, 404, 422]).toContain(status);
      }
    },
  );

  it.each(['nobody', '%00', '1', 'ME', `${NOBODY}x`, '{id}', encodeURIComponent("' OR 1=1")])(
    'is refused: %s for the id of a person',
    async (id) => {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const path = `/api/v1/users/${id}`;
        const { status } = await (method === 'PATCH' ? send(method, path, '{}') : admin.api.send(path, { method }));
        expect([400, 404, 405, 422]).toContain(status);
      }
    },
  );

  it.each(WITHOUT_BODY)('is harmless in a body that nobody reads: $method $path', async ({ method, path }) => {
    const expected = await admin.api.send(path, { method });
    const json = { 'content-type': 'application/json' };
    for (const request of [
      { headers: json },
      { headers: json, body: '{' },
      { headers: { 'content-type': 'text/plain' }, body: 'x' },
    ]) {
      expect(await admin.api.send(path, { method, ...request })).toMatchObject({ status: expected.status });
    }
  });

  it.each(['{', '{}', `{"a":"${'x'.repeat(65 * 1024)}"}`])('is not read where the id is left out', async (body) => {
    expect(await send('PATCH', '/api/v1/users/', body)).toMatchObject({
      status: 404,
      body: { code: 'request.not_found' },
    });
  });

  it('has left the service as it was', async () => {
    expect(app.lines.filter((line) => /"level":"(warn|error|fatal)"/.test(line))).toEqual([]);
    expect(await admin.api.me()).toMatchObject({ status: 200, body: { id: admin.id, role: 'admin' } });
  });
});
