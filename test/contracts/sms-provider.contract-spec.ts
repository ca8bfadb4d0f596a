import { inspect } from 'node:util';
import { SmsFailure, type SmsFailureKind, type SmsFate } from '../../src/modules/sms/sms.errors.js';
import type { SmsMessage, SmsProvider } from '../../src/modules/sms/sms.provider.js';
import { ConsoleSmsProvider } from '../../src/modules/sms/providers/console-sms.provider.js';
import { SmsAeroProvider } from '../../src/modules/sms/providers/sms-aero.provider.js';
import { type Reaction, REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';

const ACCOUNT = { email: 'ops@example.org', apiKey: 'n0b0dy-m4y-s33-th1s', sign: 'Latchkey Sign' };
const MESSAGE: SmsMessage = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  to: '+79123456789',
  text: 'Код 40718293: ваш',
};
/** What no log, no output and no error may show. */
const SECRETS = [
  ACCOUNT.apiKey,
  ACCOUNT.email,
  Buffer.from(`${ACCOUNT.email}:${ACCOUNT.apiKey}`).toString('base64'),
  MESSAGE.to.slice(1),
  '40718293',
];

const config = { regions: ['RU'], timeoutMs: 300, consoleDelayMs: [0, 0] as const, consoleQuiet: true };

let gateway: SmsAeroGateway;

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
});

beforeEach(() => {
  gateway.usual = REACTIONS.accepts;
  gateway.requests.length = 0;
});

afterAll(() => gateway.close());

const smsAero = (baseUrl = gateway.url): SmsProvider =>
  new SmsAeroProvider({ ...ACCOUNT, baseUrl }, { ...config, provider: 'sms-aero' });

const PROVIDERS: readonly (readonly [string, () => SmsProvider])[] = [
  ['the console', () => new ConsoleSmsProvider({ ...config, provider: 'console' })],
  ['SMS Aero', () => smsAero()],
];

describe.each(PROVIDERS)('Every SMS provider keeps its promise: %s', (_, provider) => {
  it('answers an id for a message it has taken', async () => {
    const { providerId } = await provider().send(MESSAGE);
    expect(providerId).toMatch(/^\S{1,64}$/);
  });

  it('answers another id for another message', async () => {
    const sms = provider();
    const receipts = await Promise.all(
      [1, 2, 3, 4].map((id) => sms.send({ ...MESSAGE, id: `${MESSAGE.id.slice(0, -1)}${id}` })),
    );
    expect(new Set(receipts.map(({ providerId }) => providerId)).size).toBe(4);
  });

  it('needs no port, no timer and no connection to go on living', async () => {
    const sms = provider();
    await sms.send(MESSAGE);
    await expect(sms.send(MESSAGE)).resolves.toHaveProperty('providerId');
  });
});

describe('The console provider', () => {
  it('takes as long as it is told', async () => {
    const slow = new ConsoleSmsProvider({ ...config, provider: 'console', consoleDelayMs: [60, 90] });
    const start = performance.now();
    await slow.send(MESSAGE);
    expect(performance.now() - start).toBeGreaterThanOrEqual(58);
  });

  it('prints the message unless it is told not to', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await new ConsoleSmsProvider({ ...config, provider: 'console' }).send(MESSAGE);
    expect(print).not.toHaveBeenCalled();
    await new ConsoleSmsProvider({ ...config, provider: 'console', consoleQuiet: false }).send(MESSAGE);
    expect(print.mock.calls.join('\n')).toContain(MESSAGE.text);
    print.mockRestore();
  });
});

describe('The SMS Aero provider', () => {
  it('hands a message over as the gateway wants it', async () => {
    await smsAero().send(MESSAGE);
    expect(gateway.requests).toEqual([
      {
        method: 'POST',
        path: '/v2/sms/send',
        authorization: `Basic ${Buffer.from(`${ACCOUNT.email}:${ACCOUNT.apiKey}`).toString('base64')}`,
        number: '79123456789',
        text: MESSAGE.text,
        sign: ACCOUNT.sign,
      },
    ]);
  });

  it.each<[keyof typeof REACTIONS, SmsFailureKind, SmsFate]>([
    ['refusesNumber', 'invalid_number', 'refused'],
    ['refusesText', 'validation', 'refused'],
    ['refusesWithSuccessFalse', 'rejected', 'refused'],
    ['refusesWithState', 'rejected', 'refused'],
    ['refusesCredentials', 'unauthorized', 'not_taken'],
    ['hasNoMoney', 'no_money', 'not_taken'],
    ['refusesAddress', 'address_not_allowed', 'not_taken'],
    ['isBusy', 'rate_limited', 'not_taken'],
    ['fails', 'unavailable', 'unknown'],
    ['failsBehindProxy', 'unavailable', 'unknown'],
    ['answersGarbage', 'bad_answer', 'unknown'],
    ['answersPage', 'bad_answer', 'unknown'],
    ['answersNothing', 'bad_answer', 'unknown'],
    ['forgetsId', 'bad_answer', 'unknown'],
    ['hangs', 'timeout', 'unknown'],
    ['closesHalfWay', 'connection_lost', 'unknown'],
    ['closesAtOnce', 'connection_lost', 'unknown'],
    ['redirects', 'unavailable', 'unknown'],
  ])('when the gateway %s: %s, so the message is %s, and is tried once', async (reaction, kind, fate) => {
    gateway.usual = REACTIONS[reaction];
    expect(await failureOf(smsAero())).toMatchObject({ kind, fate });
    expect(gateway.requests).toHaveLength(1);
  });

  it('knows that a message was not taken when there is no connection', async () => {
    const away = await SmsAeroGateway.start();
    const { url } = away;
    await away.close();
    expect(await failureOf(smsAero(url))).toMatchObject({ kind: 'no_connection', fate: 'not_taken' });
    expect(await failureOf(smsAero('http://gateway.invalid/v2/'))).toMatchObject({
      kind: 'no_connection',
      fate: 'not_taken',
    });
  });

  it('stops waiting when its time is over, also for the rest of an answer', async () => {
    const stalls: Reaction = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"success":');
    };
    for (gateway.usual of [REACTIONS.hangs, stalls]) {
      const start = performance.now();
      expect(await failureOf(smsAero())).toMatchObject({ kind: 'timeout' });
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });

  it.each(Object.keys(REACTIONS) as (keyof typeof REACTIONS)[])(
    'tells nothing secret when the gateway %s',
    async (reaction) => {
      gateway.usual = REACTIONS[reaction];
      const written: string[] = [];
      const note = (chunk: unknown) => written.push(String(chunk)) > 0;
      const spies = [
        jest.spyOn(process.stdout, 'write').mockImplementation(note),
        jest.spyOn(process.stderr, 'write').mockImplementation(note),
      ];
      const outcome = await smsAero()
        .send(MESSAGE)
        .catch((error: unknown) => error);
      spies.forEach((spy) => spy.mockRestore());
      const told = [
        ...written,
        inspect(outcome, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(outcome),
      ].join('\n');
      for (const secret of SECRETS) expect(told).not.toContain(secret);
    },
  );
});

async function failureOf(provider: SmsProvider): Promise<SmsFailure> {
  const outcome = await provider.send(MESSAGE).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(SmsFailure);
  return outcome as SmsFailure;
}
