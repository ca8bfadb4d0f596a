import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { cutConnections, takeAway } from '../support/outage.js';
import { pathOf, routesOfContract } from '../support/routes.js';
import { type User, type Visitor, World } from '../support/world.js';

/** A report of a message is written down later. */
const ASKING_THE_DATABASE = routesOfContract().filter(({ codes }) => codes.includes('service.unavailable'));

describe('While the database is away', () => {
  let app: TestApp;
  let world: World;
  let user: User;
  let asked: Visitor;
  let code: string;
  let giveBack: () => Promise<void>;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    user = await world.aUser();
    asked = world.aVisitor();
    await asked.requestCode();
    code = await asked.readCode();
    giveBack = await takeAway(app.database);
  });

  afterAll(async () => {
    await giveBack();
    await app.close();
  });

  function expectUnavailable(answer: Answer<unknown>): void {
    expect(answer).toMatchObject({ status: 503, body: { code: 'service.unavailable', status: 503 } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  }

  it.each<[string, () => Promise<Answer<unknown>>]>([
    ['asking for a code', () => world.aVisitor().requestCode()],
    ['asking again', () => asked.resendCode()],
    ['asking how the message fares', () => asked.api.statusOf(asked.challengeId)],
    ['giving the code back', () => asked.verify(code)],
    ['giving it back under an Idempotency-Key', () => asked.verify(code, { 'idempotency-key': crypto.randomUUID() })],
    ['reading one’s profile', () => user.api.me()],
    ['looking into the inbox', () => user.api.inbox('')],
  ])('%s answers 503 and when to come again', async (_, ask) => {
    expectUnavailable(await ask());
  });

  it.each(ASKING_THE_DATABASE)('every operation answers so: $operationId', async ({ method, path, body }) => {
    const asked = `${pathOf(path)}?${String(new URLSearchParams({ to: user.phone }))}`;
    const json = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    expectUnavailable(await user.api.send(asked, { method, ...json }));
  });

  it('the process lives, and is not ready', async () => {
    const { api } = world.aVisitor();
    expect(await api.get('/health/live')).toMatchObject({ status: 200 });
    const ready = await api.get('/health/ready');
    expect(ready).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { database: { status: 'failed' } } },
    });
    expect(await api.get('/.well-known/jwks.json')).toMatchObject({ status: 200 });
  });

  it('nobody learns why, and the log holds no secret', () => {
    const { pathname, password } = new URL(app.database.url);
    const log = app.lines.join('\n');
    expect(log).toContain('service.unavailable');
    if (password) expect(log).not.toContain(password);
    expect(log).not.toContain(`postgres://`);
    expect(pathname).not.toBe('/');
  });

  it('all of it comes back by itself with the database, the courier too', async () => {
    await giveBack();
    await eventually(async () => {
      expect(await user.api.get('/health/ready')).toMatchObject({ status: 200 });
    });
    expect(await user.api.me()).toMatchObject({ status: 200 });
    expect(await asked.verify(code)).toMatchObject({ status: 201 });
    expect(await world.aUser()).toMatchObject({ tokens: { isNewUser: true } });
  });
});

describe('When every connection to the database was cut', () => {
  it('the next requests are served by new ones', async () => {
    const app = await startTestApp();
    const world = new World(app);
    const user = await world.aUser();
    await cutConnections(app.database);
    await eventually(async () => {
      expect(await user.api.me()).toMatchObject({ status: 200 });
    });
    const visitor = world.aVisitor();
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
    await app.close();
  });
});
