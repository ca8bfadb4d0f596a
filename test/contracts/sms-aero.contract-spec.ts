import { createServer } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { SmsFailure, type SmsFailureKind, type SmsFate } from '../../src/modules/sms/sms.errors.js';
import type { SmsMessage, SmsProvider } from '../../src/modules/sms/sms.provider.js';
import { SmsAeroProvider } from '../../src/modules/sms/providers/sms-aero.provider.js';
import { answering, REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';

const ACCOUNT = { email: 'ops@example.org', apiKey: 'n0b0dy-m4y-s33-th1s', sign: 'Latchkey Sign' };
const AUTHORIZATION = `Basic ${Buffer.from(`${ACCOUNT.email}:${ACCOUNT.apiKey}`).toString('base64')}`;
const MESSAGE: SmsMessage = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  to: '+79123456789',
  text: 'Код 40718293: ваш',
  callbackUrl: 'https://id.example.org/reports/t0k3n',
};
/** What no log, no output and no error may show. */
const SECRETS = [ACCOUNT.apiKey, ACCOUNT.email, AUTHORIZATION.slice(6), MESSAGE.to.slice(1), '40718293', 't0k3n'];

type ReactionName = keyof typeof REACTIONS;

/** Long enough for a busy machine, except where the time is to run out. */
const AMPLE_MS = 5_000;
const SHORT_MS = 1_000;
const timeFor = (reaction: ReactionName) => (/^(hangs|stalls|dribbles)$/.test(reaction) ? SHORT_MS : AMPLE_MS);

let gateway: SmsAeroGateway;

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
});

beforeEach(() => gateway.reset());

afterAll(() => gateway.close());

const smsAero = (timeoutMs = AMPLE_MS, baseUrl = gateway.url): SmsProvider =>
  new SmsAeroProvider(
    { ...ACCOUNT, baseUrl },
    { regions: ['RU'], timeoutMs, consoleDelayMs: [0, 0], provider: 'sms-aero' },
  );

async function failureOf(attempt: Promise<unknown>): Promise<SmsFailure> {
  const outcome = await attempt.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(SmsFailure);
  return outcome as SmsFailure;
}

describe('SMS Aero is handed a message', () => {
  it('as the gateway wants it', async () => {
    const { callbackUrl: _, ...message } = MESSAGE;
    await smsAero().send(message);
    const body = { number: '79123456789', text: MESSAGE.text, sign: ACCOUNT.sign };
    expect(gateway.requests).toEqual([{ method: 'POST', path: '/v2/sms/send', authorization: AUTHORIZATION, ...body }]);
    expect(gateway.calls).toEqual([{ path: 'sms/send', authorization: AUTHORIZATION, body }]);
  });

  it('with the address for reports, which then come as JSON', async () => {
    await smsAero().send(MESSAGE);
    expect(gateway.requests).toMatchObject([{ callbackUrl: MESSAGE.callbackUrl, callbackFormat: 'JSON' }]);
  });

  it.each(['accepts', 'acceptsAsList', 'acceptsWithTextId', 'moderates'] as const)(
    'and has taken it when it %s: the id is good for asking',
    async (reaction) => {
      gateway.usual = REACTIONS[reaction];
      const { providerId } = await smsAero().send(MESSAGE);
      expect(providerId).toMatch(/^\d+$/);
      expect(await smsAero().deliveryOf(providerId)).toBe('on_its_way');
      expect(gateway.calls.at(-1)).toMatchObject({ path: 'sms/status', body: { id: Number(providerId) } });
    },
  );

  it.each<[ReactionName, SmsFailureKind, SmsFate]>([
    ['refusesNumber', 'invalid_number', 'refused'],
    ['refusesNumberWith200', 'invalid_number', 'refused'],
    ['refusesText', 'validation', 'refused'],
    ['refusesSign', 'validation', 'refused'],
    ['refusesWithSuccessFalse', 'rejected', 'refused'],
    ['refusesWithState', 'rejected', 'refused'],
    ['refusesAsUndelivered', 'rejected', 'refused'],
    ['refusesAsInV1', 'rejected', 'refused'],
    ['refusesUserAsInV1', 'unauthorized', 'not_taken'],
    ['hasNoCreditsAsInV1', 'no_money', 'not_taken'],
    ['refusesCredentials', 'unauthorized', 'not_taken'],
    ['refusesCredentialsWith200', 'unauthorized', 'not_taken'],
    ['hasNoMoney', 'no_money', 'not_taken'],
    ['hasNoMoneyWith200', 'no_money', 'not_taken'],
    ['hasNoMoneyWith400', 'no_money', 'not_taken'],
    ['refusesAddress', 'address_not_allowed', 'not_taken'],
    ['refusesAddressWith200', 'address_not_allowed', 'not_taken'],
    ['isBusy', 'rate_limited', 'not_taken'],
    ['isBusyForSeconds', 'rate_limited', 'not_taken'],
    ['isBusyWith200', 'rate_limited', 'not_taken'],
    ['fails', 'unavailable', 'unknown'],
    ['isDown', 'unavailable', 'unknown'],
    ['failsBehindProxy', 'unavailable', 'unknown'],
    ['answersGarbage', 'bad_answer', 'unknown'],
    ['answersPage', 'bad_answer', 'unknown'],
    ['answersNothing', 'bad_answer', 'unknown'],
    ['answersWithoutBody', 'bad_answer', 'unknown'],
    ['answersWithoutEnd', 'bad_answer', 'unknown'],
    ['speaksNoHttp', 'bad_answer', 'unknown'],
    ['forgetsId', 'bad_answer', 'unknown'],
    ['forgetsSuccess', 'bad_answer', 'unknown'],
    ['hangs', 'timeout', 'unknown'],
    ['stalls', 'timeout', 'unknown'],
    ['dribbles', 'timeout', 'unknown'],
    ['closesHalfWay', 'connection_lost', 'unknown'],
    ['closesAtOnce', 'connection_lost', 'unknown'],
    ['redirects', 'unavailable', 'unknown'],
  ])('and %s: %s, so the message is %s, and is tried once', async (reaction, kind, fate) => {
    gateway.usual = REACTIONS[reaction];
    expect(await failureOf(smsAero(timeFor(reaction)).send(MESSAGE))).toMatchObject({ kind, fate });
    expect(gateway.calls).toHaveLength(1);
  });

  it('and says when it may be asked again', async () => {
    gateway.usual = REACTIONS.isBusyForSeconds;
    expect(await failureOf(smsAero().send(MESSAGE))).toMatchObject({ retryAfterSeconds: 7 });
    gateway.usual = REACTIONS.isBusy;
    expect((await failureOf(smsAero().send(MESSAGE))).retryAfterSeconds).toBeUndefined();
  });

  it('by the connection of a moment ago, but none that the gateway has closed and none that is in use', async () => {
    const ports: (number | undefined)[] = [];
    gateway.usual = (response, request) => {
      ports.push(response.req.socket.remotePort);
      REACTIONS.accepts(response, request);
    };
    const sms = smsAero();
    await sms.send(MESSAGE);
    await sms.send(MESSAGE);
    gateway.closeConnections();
    // Long enough for the news to come.
    await smsAero().account();
    await sms.send(MESSAGE);
    await Promise.all([sms.send(MESSAGE), sms.send(MESSAGE)]);
    const [first, second, afterClosing, ...atOnce] = ports;
    expect(second).toBe(first);
    expect(afterClosing).not.toBe(first);
    expect(new Set(atOnce).size).toBe(2);
  });
});

describe('SMS Aero is out of reach', () => {
  const unreachable = async (url: string, timeoutMs?: number) =>
    expect(await failureOf(smsAero(timeoutMs, url).send(MESSAGE))).toMatchObject({
      kind: 'no_connection',
      fate: 'not_taken',
    });

  it('when nobody listens or the name is unknown', async () => {
    const away = await SmsAeroGateway.start();
    const { url } = away;
    await away.close();
    await unreachable(url);
    await unreachable('http://gateway.invalid/v2/');
  });

  it('when it speaks no TLS, or hangs in the handshake: nothing was sent yet', async () => {
    await unreachable(gateway.url.replace('http:', 'https:'));
    expect(gateway.calls).toEqual([]);
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await unreachable(`https://127.0.0.1:${port}/v2/`, SHORT_MS);
    silent.close();
  });
});

describe('SMS Aero is asked what became of a message', () => {
  const ask = async (state: number) => {
    const { providerId } = await smsAero().send(MESSAGE);
    gateway.setState(MESSAGE.to, state);
    return smsAero().deliveryOf(providerId);
  };

  it.each([
    [0, 'on_its_way'],
    [1, 'delivered'],
    [2, 'undelivered'],
    [3, 'on_its_way'],
    [4, 'on_its_way'],
    [5, 'on_its_way'],
    [6, 'undelivered'],
    [8, 'on_its_way'],
    [99, 'on_its_way'],
  ])('and answers state %i: %s', async (state, delivery) => {
    expect(await ask(state)).toBe(delivery);
  });

  it('and tells failures apart as with messages', async () => {
    expect(await failureOf(smsAero().deliveryOf('7'))).toMatchObject({ kind: 'validation' });
    gateway.instead = { 'sms/status': REACTIONS.refusesCredentials };
    expect(await failureOf(smsAero().deliveryOf('7'))).toMatchObject({ kind: 'unauthorized' });
  });
});

describe('SMS Aero is asked for the account', () => {
  it.each([
    [57.2, 57.2],
    ['-3.50', -3.5],
  ])('and tells its balance, however it is written: %p', async (written, balance) => {
    gateway.balance = written;
    expect(await smsAero().account()).toEqual({ balance });
    expect(gateway.calls).toEqual([{ path: 'balance', authorization: AUTHORIZATION, body: {} }]);
  });

  it('and refuses', async () => {
    gateway.instead = { balance: REACTIONS.refusesCredentials };
    expect(await failureOf(smsAero().account())).toMatchObject({ kind: 'unauthorized' });
    gateway.instead = { balance: answering(200, '{"success":true,"data":{"balance":"much"},"message":null}') };
    expect(await failureOf(smsAero().account())).toMatchObject({ kind: 'bad_answer' });
  });
});

describe('Whatever the gateway answers', () => {
  it('is taken, or fails as failures do', async () => {
    const sms = smsAero();
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), bytes, async (status, body) => {
        const reaction = answering(status, body);
        gateway.usual = reaction;
        gateway.instead = { 'sms/status': reaction, balance: reaction };
        const outcomes = await Promise.allSettled([sms.send(MESSAGE), sms.deliveryOf('5'), sms.account()]);
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SmsFailure);
      }),
      { numRuns: 150 },
    );
  });

  it.each(Object.keys(REACTIONS) as ReactionName[])('nothing secret is told when it %s', async (reaction) => {
    gateway.usual = REACTIONS[reaction];
    const written: string[] = [];
    const note = (chunk: unknown) => written.push(String(chunk)) > 0;
    const spies = [
      jest.spyOn(process.stdout, 'write').mockImplementation(note),
      jest.spyOn(process.stderr, 'write').mockImplementation(note),
    ];
    const sms = smsAero(timeFor(reaction));
    const outcome = await sms.send(MESSAGE).catch((error: unknown) => error);
    spies.forEach((spy) => spy.mockRestore());
    const everything = { depth: 20, showHidden: true, getters: true };
    const told = [...written, inspect(outcome, everything), inspect(sms, everything), JSON.stringify([outcome, sms])];
    for (const secret of SECRETS) expect(told.join('\n')).not.toContain(secret);
  });
});
