import { request } from 'node:http';
import { eventually } from '../support/eventually.js';
import { REACTIONS } from '../support/sms-aero-gateway.js';
import { forgedToken, type SentMessage, SmsAeroApp } from '../support/sms-aero-app.js';

const CALLBACKS = '/api/v1/sms/callbacks/sms-aero/';
const [ON_ITS_WAY, DELIVERED, UNDELIVERED, REJECTED] = [0, 1, 2, 6];

describe('When SMS Aero calls back', () => {
  let sms: SmsAeroApp;

  beforeAll(async () => {
    sms = await SmsAeroApp.start();
  });

  afterEach(() => {
    sms.gateway.instead = {};
  });

  afterAll(() => sms.close());

  const expectState = (message: SentMessage, state: string) =>
    eventually(async () => expect(await sms.stateOf(message)).toBe(state));

  const checksOf = ({ id }: SentMessage) =>
    sms.app.sql<{ tries: number; wait: number | null }>(
      `SELECT tries, extract(epoch FROM due_at - checked_at)::float8 AS wait FROM delivery_checks WHERE message_id = $1`,
      [id],
    );

  /** Resolves once nobody is about to ask about a message. */
  const settled = (message: SentMessage, tries: number, wait: number | null) =>
    eventually(async () => expect(await checksOf(message)).toEqual([{ tries, wait }]));

  const contentOf = async (callback: string, type: string, body: string | Buffer<ArrayBuffer>) => {
    const { api } = sms.world.aVisitor();
    return api.send(callback, { method: 'POST', headers: { 'content-type': type }, body });
  };

  it.each(['json', 'form'] as const)('as %s, the gateway is asked what happened, and that is noted', async (as) => {
    const { visitor, message } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(message.providerId, DELIVERED);
    expect(await sms.callBack(message, as)).toMatchObject({ status: 200, text: '' });
    await expectState(message, 'delivered');
    expect(sms.timesAsked(message)).toBe(1);
    expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('sent');
    const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.phone)}`)).body;
    expect(items[0]?.states.map(({ state }) => state)).toEqual(['queued', 'sending', 'sent', 'delivered']);
    expect(await checksOf(message)).toEqual([]);
  });

  it('what it says itself does not count: the gateway is asked', async () => {
    const { message } = await sms.aVisitorWithMessage();
    await contentOf(message.callback, 'application/json', '{"status":2,"extendStatus":"undelivered"}');
    await settled(message, 1, null);
    expect(await sms.stateOf(message)).toBe('sent');
  });

  it.each([UNDELIVERED, REJECTED])(
    'of a message that was not delivered (%i), another may be sent at once',
    async (status) => {
      const { visitor, message } = await sms.aVisitorWithMessage();
      expect(await visitor.resendCode()).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
      sms.gateway.setStateOf(message.providerId, status);
      await sms.callBack(message);
      await expectState(message, 'undelivered');
      expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('failed');
      expect(await visitor.resendCode()).toMatchObject({ status: 202 });
      expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
    },
  );

  it.each([
    ['nothing', 'application/json', ''],
    ['half of a JSON', 'application/json', '{"id":'],
    ['a JSON that reaches into prototypes', 'application/json', '{"__proto__":{"x":1}}'],
    ['a broken form', 'application/x-www-form-urlencoded', '%zz&&=='],
    ['bytes', 'application/octet-stream', Buffer.from([0xff, 0x00, 0xfe])],
    ['XML', 'text/xml', '<sms/>'],
    ['a form of files', 'multipart/form-data; boundary=x', '--x--'],
    ['no type at all', '', 'id=1'],
    ['40 KB', 'application/json', JSON.stringify({ x: 'x'.repeat(40_000) })],
    ['200 KB', 'application/json', JSON.stringify({ x: 'x'.repeat(200_000) })],
  ])('with %s in the body, it is as good a hint', async (_, type, body) => {
    const { message } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(message.providerId, DELIVERED);
    expect(await contentOf(message.callback, type, body)).toMatchObject({ status: 200, text: '' });
    await expectState(message, 'delivered');
  });

  it('and says how much it will send, nobody waits for that', async () => {
    const { message } = await sms.aVisitorWithMessage();
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '100000000' };
      const calling = request(sms.app.url + message.callback, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        calling.destroy();
      });
      calling.once('error', reject);
      calling.write('{"id":');
    });
    expect(status).toBe(200);
  });

  it('with a token that we never made, nothing happens', async () => {
    const { message } = await sms.aVisitorWithMessage();
    const token = message.callback.slice(CALLBACKS.length);
    const other = forgedToken();
    const forged = [
      // The message is named by the first 22 characters, and a little of its seal.
      token.slice(0, 22) + other.slice(22),
      other.slice(0, 22) + token.slice(22),
      other,
      `${token}A`,
      token.slice(1),
      token.toLowerCase(),
      'garbage',
      message.id,
      '%20',
      "'; DROP TABLE users; --",
      'x'.repeat(100),
    ];
    for (const each of forged) {
      expect(await sms.callBack({ callback: CALLBACKS + encodeURI(each) })).toMatchObject({ status: 200, text: '' });
    }
    expect(await sms.app.sql('SELECT message_id FROM delivery_checks WHERE message_id = $1', [message.id])).toEqual([]);
    expect(sms.timesAsked(message)).toBe(0);
  });

  it('many times at once, the gateway is asked once; and again only after thirty seconds', async () => {
    const { message } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(message.providerId, ON_ITS_WAY);
    await Promise.all(Array.from({ length: 30 }, () => sms.callBack(message)));
    await eventually(async () => expect(sms.timesAsked(message)).toBe(1));
    await sms.callBack(message);
    await settled(message, 1, 30);
    await sms.app.advance('20 s');
    await sms.callBack(message);
    await settled(message, 1, 30);
    sms.gateway.setStateOf(message.providerId, DELIVERED);
    await sms.app.advance('11 s');
    await expectState(message, 'delivered');
    expect(sms.timesAsked(message)).toBe(2);
  });

  it('about a message whose end is known, it stays as it is and nobody is asked', async () => {
    const { message } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(message.providerId, DELIVERED);
    await sms.callBack(message);
    await expectState(message, 'delivered');
    sms.gateway.setStateOf(message.providerId, UNDELIVERED);
    await sms.app.advance('31 s');
    await sms.callBack(message);
    const { message: later } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(later.providerId, DELIVERED);
    await sms.callBack(later);
    await expectState(later, 'delivered');
    expect(await sms.stateOf(message)).toBe('delivered');
    expect(sms.timesAsked(message)).toBe(1);
  });

  it.each(['fails', 'isBusy', 'hangs'] as const)(
    'and the gateway %s when asked, it is asked later',
    async (reaction) => {
      const { message } = await sms.aVisitorWithMessage();
      sms.gateway.instead = { 'sms/status': REACTIONS[reaction] };
      await sms.callBack(message);
      await eventually(async () => expect(await checksOf(message)).toMatchObject([{ tries: 1 }]));
      await eventually(async () => expect((await checksOf(message))[0]?.wait).toBeGreaterThanOrEqual(30));
      sms.gateway.instead = {};
      sms.gateway.setStateOf(message.providerId, DELIVERED);
      await sms.app.advance('35 s');
      await expectState(message, 'delivered');
    },
  );

  it('no token, no code and no phone is in the log', async () => {
    const { visitor, message } = await sms.aVisitorWithMessage();
    await sms.callBack(message);
    await settled(message, 1, null);
    const log = sms.app.lines.join('\n');
    expect(log).toContain(`${CALLBACKS}:token`);
    expect(log).not.toContain(message.callback.slice(CALLBACKS.length));
    expect(log).not.toContain(visitor.phone.slice(1));
  });
});

describe('Where nobody calls back', () => {
  let sms: SmsAeroApp;

  beforeEach(async () => {
    sms = await SmsAeroApp.start({ PUBLIC_URL: 'http://localhost:3000' });
  });

  afterEach(() => sms.close());

  it('because we could not be reached, the gateway is not told to', async () => {
    const { message } = await sms.aVisitorWithMessage();
    expect(message.callback).toBe('');
  });

  it('the gateway is asked after 30 s, and again as the message grows older, until it knows', async () => {
    const { message } = await sms.aVisitorWithMessage();
    for (const [index, age] of ['31 s', '90 s', '8 min'].entries()) {
      await sms.app.advance(age);
      await eventually(async () => expect(sms.timesAsked(message)).toBe(index + 1));
      await eventually(async () =>
        expect(await sms.app.sql('SELECT due_at FROM delivery_checks')).toEqual([{ due_at: null }]),
      );
    }
    sms.gateway.setStateOf(message.providerId, DELIVERED);
    await sms.app.advance('51 min');
    await eventually(async () => expect(await sms.stateOf(message)).toBe('delivered'));
    expect(sms.timesAsked(message)).toBe(4);
    expect(await sms.app.sql('SELECT message_id FROM delivery_checks')).toEqual([]);
  });
});
