import { randomUUID } from 'node:crypto';
import type { Challenge } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, wrongFor, World } from '../support/world.js';

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key });

describe('A request sent again under the same Idempotency-Key', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const messagesTo = async (phone: string) =>
    (await app.sql<{ id: string }>('SELECT id FROM messages WHERE recipient = $1', [phone])).length;
  const sessionsOf = async (phone: string) =>
    (await app.sql('SELECT FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone = $1', [phone])).length;

  it('gets the same challenge and sends no second message', async () => {
    const visitor = world.aVisitor();
    const key = keyed();
    const first = await visitor.requestCode(key);
    expect(await visitor.requestCode(key)).toMatchObject({ status: 202, body: first.body });
    await app.advance('120 s');
    expect(await visitor.requestCode(key)).toMatchObject({ status: 202, body: first.body });
    expect(await messagesTo(visitor.phone)).toBe(1);
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
  });

  it('gets the same challenge for a forgotten password, too', async () => {
    const visitor = world.aVisitor();
    const key = keyed();
    const first = await visitor.forgotPassword(key);
    expect(await visitor.forgotPassword(key)).toMatchObject({ status: 202, body: first.body });
    expect(await messagesTo(visitor.phone)).toBe(1);
  });

  it('gets the same answer to a resend and sends one message more, not two', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.advance('61 s');
    const key = keyed();
    const first = await visitor.resendCode(key);
    expect(await visitor.resendCode(key)).toMatchObject({ status: 202, body: first.body });
    expect(await messagesTo(visitor.phone)).toBe(2);
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
  });

  it('gets the same session for the same code, with the same status', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const key = keyed();
    const first = await visitor.verify(code, key);
    expect(await visitor.verify(code, key)).toMatchObject({ status: 201, body: first.body });
    expect(await sessionsOf(visitor.phone)).toBe(1);
    await app.advance('31 s');
    expect(await visitor.verify(code, key)).toMatchObject({ status: 410 });
  });

  it('waits for its twin in flight and gets its answer', async () => {
    const visitor = world.aVisitor();
    const key = keyed();
    const asked = await Promise.all(Array.from({ length: 5 }, () => visitor.requestCode(key)));
    expect(asked.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    const ids = new Set(asked.map(({ body }) => body.challengeId));
    expect(ids.size).toBe(1);
    expect(await messagesTo(visitor.phone)).toBe(1);
    const [id = ''] = ids;
    const code = await visitor.readCode();
    const verified = await Promise.all(Array.from({ length: 5 }, () => visitor.api.verify(id, code, key)));
    expect(verified.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(verified.map(({ body }) => body.refreshToken)).size).toBe(1);
    expect(await sessionsOf(visitor.phone)).toBe(1);
  });

  it('is refused when its body is another one', async () => {
    const [visitor, other] = [world.aVisitor(), world.aVisitor()];
    const key = keyed();
    await visitor.requestCode(key);
    const refused = await visitor.api.requestCode({ phone: other.phone }, key);
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.idempotency_key_reused' } });
    expect(await messagesTo(other.phone)).toBe(0);
  });

  it('gives nobody else on the network what a person was answered', async () => {
    const address = '100.99.98.97';
    const [anna, boris] = [await world.aUser({ address }), await world.aUser({ address })];
    const key = keyed();
    const request = { email: freshEmail() };
    const asked = await anna.api.post<Challenge>('/api/v1/users/me/contacts', request, key);
    expect(await anna.api.post('/api/v1/users/me/contacts', request, key)).toMatchObject({ body: asked.body });
    await app.advance('21 s');
    const other = await boris.api.post<Challenge>('/api/v1/users/me/contacts', request, key);
    expect(other.status).toBe(202);
    expect(other.body.challengeId).not.toBe(asked.body.challengeId);
  });

  it('counts for its own route only', async () => {
    const visitor = world.aVisitor();
    const key = keyed();
    await visitor.requestCode(key);
    await app.advance('61 s');
    expect(await visitor.resendCode(key)).toMatchObject({ status: 202 });
    expect(await messagesTo(visitor.phone)).toBe(2);
  });

  it('gives a stranger who knows the key nothing but a challenge of their own', async () => {
    const visitor = world.aVisitor();
    const key = keyed();
    await visitor.requestCode(key);
    const code = await visitor.readCode();
    await app.advance('21 s');
    const stranger = world.aVisitor({ phone: visitor.phone });
    expect(await stranger.requestCode(key)).toMatchObject({ status: 202 });
    expect(stranger.challengeId).not.toBe(visitor.challengeId);
    expect(await messagesTo(visitor.phone)).toBe(2);
    const mine = await visitor.verify(code, key);
    expect(mine.status).toBe(201);
    expect(await stranger.api.verify(visitor.challengeId, code, key)).toMatchObject({ status: 410 });
  });

  it('may be tried again after a refusal: only successes are kept', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const key = keyed();
    expect(await visitor.verify(wrongFor(code), key)).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
    expect(await visitor.verify(wrongFor(code), key)).toMatchObject({ status: 401, body: { attemptsLeft: 3 } });
    expect(await visitor.verify(code, key)).toMatchObject({ status: 201 });
  });

  it.each(['1', 'x'.repeat(36), '0190-x', 'nil', randomUUID().replaceAll('-', ''), `${randomUUID()}0`, ''])(
    'must be a UUID, not %j',
    async (key) => {
      const visitor = world.aVisitor();
      const refused = await visitor.requestCode(keyed(key));
      expect(refused).toMatchObject({ status: 422, body: { code: 'request.idempotency_key_invalid' } });
      expect(await messagesTo(visitor.phone)).toBe(0);
    },
  );

  it('leaves neither the key nor the answer readable in the database', async () => {
    const visitor = world.aVisitor();
    const key = randomUUID();
    await visitor.requestCode();
    const { body } = await visitor.verify(await visitor.readCode(), keyed(key));
    const rows = await app.sql<{ row: string }>(
      `SELECT idempotent_answers::text || encode(sealed_answer, 'escape') AS row FROM idempotent_answers`,
    );
    const stored = JSON.stringify(rows);
    for (const secret of [key, key.replaceAll('-', ''), body.refreshToken, body.accessToken, visitor.phone]) {
      expect(stored).not.toContain(secret);
    }
  });
});
