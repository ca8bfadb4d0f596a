import type { Refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Visitor, World } from '../support/world.js';

describe('The message inbox', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    // So that no two codes are the same by chance.
    app = await startTestApp({ SMS_REGIONS: 'RU,DE', OTP_LENGTH: '8' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const to = ({ phone }: Visitor) => `to=${encodeURIComponent(phone)}`;

  async function aVisitorWith(messages: number): Promise<{ visitor: Visitor; codes: string[] }> {
    const visitor = world.aVisitor();
    const codes: string[] = [];
    while (codes.length < messages) {
      if (codes.length > 0) await app.advance('21 s');
      await visitor.requestCode();
      codes.push(await visitor.readCode());
    }
    return { visitor, codes };
  }

  it('shows a message as it was sent, with its code and what has happened to it', async () => {
    const { visitor, codes } = await aVisitorWith(1);
    const { status, body, headers } = await visitor.api.latestMessage(to(visitor));
    expect(status).toBe(200);
    expect(body).toMatchObject({ channel: 'sms', to: visitor.phone, code: codes[0], segments: 1 });
    expect(body.text).toContain(codes[0]);
    expect(body.states.map(({ state }) => state)).toEqual(['queued', 'sending', 'sent']);
    const moments = body.states.map(({ at }) => Date.parse(at));
    expect(moments).toEqual([...moments].sort());
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(300_000);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('lists the newest first, page by page, those of one recipient or all', async () => {
    const { visitor, codes } = await aVisitorWith(3);
    const first = await visitor.api.inbox(`${to(visitor)}&limit=2`);
    expect(first.body.items.map(({ code }) => code)).toEqual([codes[2], codes[1]]);
    const second = await visitor.api.inbox(`${to(visitor)}&limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items.map(({ code }) => code)).toEqual([codes[0]]);
    expect(second.body.nextCursor).toBeNull();
    const { visitor: other } = await aVisitorWith(1);
    const all = await visitor.api.inbox('limit=2');
    expect(all.body.items.map((message) => message.to)).toEqual([other.phone, visitor.phone]);
  });

  it.each([
    ['a + that came as a space', (phone: string) => phone],
    ['an encoded +', (phone: string) => encodeURIComponent(phone)],
    ['8', (phone: string) => `8${phone.slice(2)}`],
    ['no code', (phone: string) => phone.slice(2)],
  ])('understands a phone with %s', async (_, spelling) => {
    const { visitor, codes } = await aVisitorWith(1);
    const query = `to=${spelling(visitor.phone)}`;
    expect((await visitor.api.inbox(query)).body.items).toMatchObject([{ code: codes[0] }]);
    expect((await visitor.api.latestMessage(query)).body).toMatchObject({ code: codes[0] });
    expect((await visitor.api.waitForMessage(query)).body).toMatchObject({
      message: { code: codes[0] },
      timedOut: false,
    });
  });

  it('understands a + that came as a space where the number cannot be read without it', async () => {
    const visitor = world.aVisitor({ phone: '+4915123456789' });
    await visitor.requestCode();
    const code = await visitor.readCode();
    expect((await visitor.api.inbox('to=+4915123456789')).body.items).toMatchObject([{ code }]);
    expect((await visitor.api.latestMessage('to=+49 1512 3456789')).body).toMatchObject({ code });
    expect((await visitor.api.waitForMessage('to=+4915123456789')).body).toMatchObject({ message: { code } });
  });

  it('answers the newest message, and 404 while there is none', async () => {
    const { visitor, codes } = await aVisitorWith(2);
    expect((await visitor.api.latestMessage(to(visitor))).body.code).toBe(codes[1]);
    const nobody = world.aVisitor();
    expect(await nobody.api.latestMessage(to(nobody))).toMatchObject({
      status: 404,
      body: { code: 'qa.no_message_yet' },
    });
  });

  it('waits for a message that is yet to come', async () => {
    const visitor = world.aVisitor();
    const waiting = visitor.api.waitForMessage(`${to(visitor)}&timeout=10`);
    await visitor.requestCode();
    const { message, timedOut } = (await waiting).body;
    expect({ to: message?.to, timedOut }).toEqual({ to: visitor.phone, timedOut: false });
  });

  it('answers at once with a message of the last 60 seconds, and does not take an older one for new', async () => {
    const { visitor, codes } = await aVisitorWith(1);
    await app.advance('50 s');
    expect((await visitor.api.waitForMessage(to(visitor))).body.message).toMatchObject({ code: codes[0] });
    await app.advance('11 s');
    const { body } = await visitor.api.waitForMessage(`${to(visitor)}&timeout=0`);
    expect(body).toEqual({ message: null, timedOut: true });
  });

  it('looks as far back as it is told', async () => {
    const { visitor, codes } = await aVisitorWith(2);
    const { items } = (await visitor.api.inbox(to(visitor))).body;
    const since = (moment = '') => `${to(visitor)}&timeout=0&since=${encodeURIComponent(moment)}`;
    await app.advance('1 h');
    expect((await visitor.api.waitForMessage(since(items[1]?.createdAt))).body.message?.code).toBe(codes[1]);
    const afterAll = new Date(Date.parse(items[0]?.createdAt ?? '') + 1).toISOString();
    expect((await visitor.api.waitForMessage(since(afterAll))).body).toEqual({ message: null, timedOut: true });
  });

  it('says that it timed out', async () => {
    const visitor = world.aVisitor();
    const { status, body } = await visitor.api.waitForMessage(`${to(visitor)}&timeout=1`);
    expect({ status, body }).toEqual({ status: 200, body: { message: null, timedOut: true } });
  });

  it.each([
    ['latest', '', 'to'],
    ['wait', '', 'to'],
    ['wait', 'to=1&timeout=31', 'timeout'],
    ['wait', 'to=1&timeout=-1', 'timeout'],
    ['wait', 'to=1&since=yesterday', 'since'],
    ['', 'limit=101', 'limit'],
    ['', 'limit=0', 'limit'],
    ['', 'cursor=1', 'cursor'],
    ['', 'q=', 'q'],
    ['', `q=${'x'.repeat(101)}`, 'q'],
  ])('refuses /%s?%s', async (route, query, field) => {
    const path = `/api/v1/qa/messages${route && `/${route}`}?${query}`;
    const { status, body } = await world.aVisitor().api.get<Refusal>(path);
    expect({ status, fields: new Set(body.errors?.map((error) => error.field)) }).toEqual({
      status: 422,
      fields: new Set([field]),
    });
  });

  it('finds messages by a part of the number or of the text, in capitals or not, those of one recipient or all', async () => {
    const { visitor, codes } = await aVisitorWith(2);
    const { visitor: other } = await aVisitorWith(1);
    const found = async (query: string) => (await visitor.api.inbox(query)).body.items.map(({ code }) => code);
    expect(await found(`q=${visitor.phone.slice(2)}`)).toEqual([codes[1], codes[0]]);
    expect(await found(`q=${visitor.phone}`)).toEqual([codes[1], codes[0]]);
    expect(await found(`${to(visitor)}&q=lAtChKeY`)).toEqual([codes[1], codes[0]]);
    expect(await found(`${to(visitor)}&q=%23${codes[0]}`)).toEqual([codes[0]]);
    expect(await found(`${to(other)}&q=${visitor.phone.slice(2)}`)).toEqual([]);
    expect(await found('q=100%25')).toEqual([]);
  });

  it('pages through what it finds', async () => {
    const { visitor, codes } = await aVisitorWith(3);
    const query = `q=${visitor.phone.slice(1)}&limit=2`;
    const first = (await visitor.api.inbox(query)).body;
    expect(first.items.map(({ code }) => code)).toEqual([codes[2], codes[1]]);
    const second = (await visitor.api.inbox(`${query}&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ items: [{ code: codes[0] }], nextCursor: null });
  });

  it('looks through the newest 500 messages and no more', async () => {
    const { visitor, codes } = await aVisitorWith(1);
    const { items } = (await visitor.api.inbox(to(visitor))).body;
    // The ids of UUIDv7 end at random: these are all a little newer.
    await app.sql(
      `INSERT INTO messages (id, channel, recipient, template, params, locale, expires_at)
       SELECT (left($1, 13) || '-7fff-bfff-' || lpad(n::text, 12, '0'))::uuid, 'sms', '+79120000000', template, params, locale, expires_at
       FROM messages, generate_series(1, $2) AS n WHERE id = $1::uuid`,
      [items[0]?.id, 499],
    );
    const query = `q=%23${codes[0]}&limit=1`;
    expect((await visitor.api.inbox(`q=${visitor.phone.slice(1)}`)).body.items).toHaveLength(1);
    await aVisitorWith(1);
    expect((await visitor.api.inbox(`q=${visitor.phone.slice(1)}`)).body.items).toEqual([]);
    expect((await visitor.api.inbox(`${query}&${to(visitor)}`)).body.items).toHaveLength(1);
    await app.sql(`DELETE FROM messages WHERE recipient = '+79120000000'`);
  });

  it('can be emptied for one recipient: what was to others stays', async () => {
    const { visitor } = await aVisitorWith(2);
    const { visitor: other, codes } = await aVisitorWith(1);
    expect(await visitor.api.clearInbox(`to=8${visitor.phone.slice(2)}`)).toMatchObject({ status: 204, text: '' });
    expect((await visitor.api.inbox(to(visitor))).body).toEqual({ items: [], nextCursor: null });
    expect(await visitor.api.latestMessage(to(visitor))).toMatchObject({ status: 404 });
    expect((await visitor.api.waitForMessage(`${to(visitor)}&timeout=0`)).body.message).toBeNull();
    expect((await other.api.latestMessage(to(other))).body).toMatchObject({ code: codes[0] });
  });

  it('emptied, it leaves the codes of people as good as they were, and shows what comes next', async () => {
    const { visitor, codes } = await aVisitorWith(1);
    await visitor.api.clearInbox(to(visitor));
    await app.advance('61 s');
    await visitor.resendCode();
    const code = await visitor.readCode();
    expect(code).not.toBe(codes[0]);
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
  });

  it('cannot be emptied for everybody at once', async () => {
    const { status, body } = await world.aVisitor().api.clearInbox('');
    expect(status).toBe(422);
    expect((body as Refusal).errors?.map(({ field }) => field)).toContain('to');
  });

  it('ignores query parameters that it does not know', async () => {
    expect(await world.aVisitor().api.inbox('colour=red')).toMatchObject({ status: 200 });
  });
});

describe('The message inbox while no courier works', () => {
  it('keeps no message from being sent when it is emptied', async () => {
    const app = await startTestApp({ WORKER: 'separate' });
    const visitor = new World(app).aVisitor();
    await visitor.requestCode();
    expect(await visitor.api.clearInbox(`to=${encodeURIComponent(visitor.phone)}`)).toMatchObject({ status: 204 });
    const worker = await startTestApp({}, app.database);
    await worker.delivered();
    await worker.close();
    expect(await app.sql('SELECT state, recipient FROM messages')).toEqual([{ state: 'sent', recipient: '' }]);
    await app.close();
  });
});

describe('The message inbox with a token', () => {
  const TOKEN = 'qa-5Kd9Xw2Lm7Rt4Bz8';
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ QA_INBOX_TOKEN: TOKEN });
  });

  afterAll(() => app.close());

  const ROUTES = [
    ['GET', '/api/v1/qa/messages'],
    ['GET', '/api/v1/qa/messages/latest?to=1'],
    ['GET', '/api/v1/qa/messages/wait?to=1&timeout=0'],
    ['DELETE', '/api/v1/qa/messages?to=1'],
  ] as const;

  it.each(ROUTES)('is closed to whoever does not bear it: %s %s', async (method, path) => {
    const { api } = new World(app).aVisitor();
    for (const authorization of [
      '',
      'Bearer wrong',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
    ]) {
      const answer = await api.send(path, { method, headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
    }
    expect((await api.send(path, { method, headers: { authorization: `Bearer ${TOKEN}` } })).status).not.toBe(401);
  });

  it('shows whoever bears it the messages of everybody', async () => {
    const visitor = new World(app).aVisitor();
    await visitor.requestCode();
    await app.delivered();
    const { body } = await visitor.api.with({ authorization: `Bearer ${TOKEN}` }).inbox('');
    expect(body.items).toMatchObject([{ to: visitor.phone }]);
  });
});

describe('Whoever waits for a message', () => {
  it('gets an early answer when the service closes', async () => {
    const app = await startTestApp();
    const { api } = new World(app).aVisitor();
    const waiting = api.waitForMessage('to=%2B79120000000&timeout=30');
    await api.get('/health/live');
    const start = performance.now();
    await app.close();
    expect((await waiting).body).toEqual({ message: null, timedOut: true });
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
