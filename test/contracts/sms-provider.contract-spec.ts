import { AcmeSmsProvider } from '../../docs/examples/acme-sms.provider.js';
import type { SmsConfig } from '../../src/config/config.js';
import { SmsFailure, type SmsFailureKind, type SmsFate } from '../../src/modules/sms/sms.errors.js';
import type { SmsMessage, SmsProvider } from '../../src/modules/sms/sms.provider.js';
import { parsePhone } from '../../src/common/contact.js';
import { ConsoleSmsProvider } from '../../src/modules/sms/providers/console-sms.provider.js';
import { SmsAeroProvider } from '../../src/modules/sms/providers/sms-aero.provider.js';
import { AcmeGateway } from '../support/acme-gateway.js';
import { REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';

const MESSAGE: SmsMessage = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  to: '+79123456789',
  text: 'Код 40718293: ваш',
  callbackUrl: 'https://id.example.org/reports/a-token',
};
const ACCOUNT = { email: 'ops@example.org', apiKey: 'n0b0dy-m4y-s33-th1s', sign: 'Latchkey Sign' };

const config = { regions: ['RU'], consoleDelayMs: [0, 0] as const, consoleQuiet: true };

/** What is to become of a message: it is taken and comes, or does not come, or is not taken. */
type Fate = 'delivered' | 'undelivered' | 'refused' | 'hangs' | 'unreachable';

/** Long enough for a busy machine, except where the time is to run out. */
const timeoutFor = (fate: Fate) => (fate === 'hangs' ? 1_000 : 5_000);

/** A provider, made anew as another process would make it, and a phone to which messages fare so. */
interface Stage {
  readonly phone: string;
  provider(): SmsProvider;
}

/** Nobody listens there, and nobody is given that port. */
const NOWHERE = 'http://127.0.0.1:2/v2/';

let gateway: SmsAeroGateway;
let acme: AcmeGateway;

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
  acme = await AcmeGateway.start();
});

beforeEach(() => gateway.reset());

afterAll(() => Promise.all([gateway.close(), acme.close()]));

const CONSOLE_PHONES: Record<Fate, string> = {
  delivered: MESSAGE.to,
  refused: '+79120009001',
  hangs: '+79120009002',
  undelivered: '+79120009003',
  unreachable: '+79120009004',
};

const consoleProvider = (facts: Partial<SmsConfig> = {}) =>
  new ConsoleSmsProvider({ ...config, timeoutMs: 5_000, provider: 'console', ...facts });

const onConsole = (fate: Fate): Stage => ({
  phone: CONSOLE_PHONES[fate],
  provider: () => consoleProvider({ timeoutMs: timeoutFor(fate) }),
});

function atSmsAero(fate: Fate): Stage {
  const phone = MESSAGE.to;
  const baseUrl = fate === 'unreachable' ? NOWHERE : gateway.url;
  if (fate === 'refused') gateway.usual = REACTIONS.refusesNumber;
  if (fate === 'hangs') gateway.usual = REACTIONS.hangs;
  const states = { delivered: 1, undelivered: 2 };
  gateway.usual = fate in states ? takenAndThen(states[fate as keyof typeof states]) : gateway.usual;
  const smsConfig: SmsConfig = { ...config, provider: 'sms-aero', timeoutMs: timeoutFor(fate) };
  const provider = () => new SmsAeroProvider({ ...ACCOUNT, baseUrl }, smsConfig);
  return { phone, provider };
}

const takenAndThen =
  (state: number): typeof gateway.usual =>
  (response, request) => {
    REACTIONS.accepts(response, request);
    gateway.setState(`+${request.number}`, state);
  };

function atAcme(fate: Fate): Stage {
  if (fate !== 'unreachable') acme.fate = fate;
  const account = { url: fate === 'unreachable' ? NOWHERE : acme.url, key: ACCOUNT.apiKey };
  return { phone: MESSAGE.to, provider: () => new AcmeSmsProvider(account, timeoutFor(fate)) };
}

const PROVIDERS: readonly (readonly [string, (fate: Fate) => Stage])[] = [
  ['the console', onConsole],
  ['SMS Aero', atSmsAero],
  ['the one in the README', atAcme],
];

describe.each(PROVIDERS)('Every SMS provider keeps its promise: %s', (_, stage) => {
  it('answers an id for a message it has taken', async () => {
    const { provider, phone } = stage('delivered');
    const { providerId } = await provider().send({ ...MESSAGE, to: phone });
    expect(providerId).toMatch(/^\S{1,64}$/);
    expect(providerId).not.toContain(phone.slice(-7));
  });

  it('answers another id for another message', async () => {
    const { provider, phone } = stage('delivered');
    const sms = provider();
    const receipts = await Promise.all(
      [1, 2, 3, 4].map((id) => sms.send({ ...MESSAGE, to: phone, id: `${MESSAGE.id.slice(0, -1)}${id}` })),
    );
    expect(new Set(receipts.map(({ providerId }) => providerId)).size).toBe(4);
  });

  it('needs no port, no timer and no connection to go on living', async () => {
    const { provider, phone } = stage('delivered');
    const sms = provider();
    await sms.send({ ...MESSAGE, to: phone });
    await expect(sms.send({ ...MESSAGE, to: phone })).resolves.toHaveProperty('providerId');
  });

  it.each(['delivered', 'undelivered'] as const)('tells another process that a message was %s', async (fate) => {
    const { provider, phone } = stage(fate);
    const { providerId } = await provider().send({ ...MESSAGE, to: phone });
    expect(provider().reportsDelivery).toBe(true);
    expect(await provider().deliveryOf(providerId)).toBe(fate);
  });

  it.each<[Fate, SmsFailureKind, SmsFate]>([
    ['refused', 'invalid_number', 'refused'],
    ['hangs', 'timeout', 'unknown'],
    ['unreachable', 'no_connection', 'not_taken'],
  ])('rejects a message that is %s', async (fate, kind, becomes) => {
    const { provider, phone } = stage(fate);
    const outcome: unknown = await provider()
      .send({ ...MESSAGE, to: phone })
      .catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(SmsFailure);
    expect(outcome).toMatchObject({ kind, fate: becomes });
  });

  it('waits as long as it says, and no longer', async () => {
    const { provider, phone } = stage('hangs');
    const sms = provider();
    expect(sms.timeoutMs).toBe(timeoutFor('hangs'));
    let over = false;
    const attempt = sms.send({ ...MESSAGE, to: phone }).catch(() => (over = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(over).toBe(false);
    await Promise.race([attempt, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    expect(over).toBe(true);
  });

  it('tells how the account is', async () => {
    expect(await stage('delivered').provider().account()).toBeInstanceOf(Object);
  });
});

describe('The console provider', () => {
  it.each(Object.values(CONSOLE_PHONES))('plays its parts on phones that exist: %s', (phone) => {
    expect(parsePhone(phone, 'RU')).toMatchObject({ value: phone, mobile: true, region: 'RU' });
  });

  it('meets no connection twice for each message, and takes it then', async () => {
    const sms = consoleProvider();
    const attempt = (id: string) =>
      sms.send({ ...MESSAGE, id, to: CONSOLE_PHONES.unreachable }).then(
        () => 'taken',
        ({ kind }: SmsFailure) => kind,
      );
    const [first, other] = ['a', 'b'];
    const fates = [await attempt(first), await attempt(other), await attempt(first), await attempt(first)];
    expect(fates).toEqual(['no_connection', 'no_connection', 'no_connection', 'taken']);
  });

  it('remembers only so many of them', async () => {
    const sms = consoleProvider();
    const attempt = (id: string) => sms.send({ ...MESSAGE, id, to: CONSOLE_PHONES.unreachable });
    const twice = async (id: string) => {
      await expect(attempt(id)).rejects.toMatchObject({ kind: 'no_connection' });
      await expect(attempt(id)).rejects.toMatchObject({ kind: 'no_connection' });
    };
    await twice('first');
    await Promise.all(Array.from({ length: 1_000 }, (_, id) => attempt(String(id)).catch(() => undefined)));
    await twice('first');
  });

  it('takes as long as it is told', async () => {
    const slow = consoleProvider({ consoleDelayMs: [60, 90] });
    const start = performance.now();
    await slow.send(MESSAGE);
    expect(performance.now() - start).toBeGreaterThanOrEqual(58);
  });

  it('prints the message unless it is told not to', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await consoleProvider().send(MESSAGE);
    expect(print).not.toHaveBeenCalled();
    await consoleProvider({ consoleQuiet: false }).send(MESSAGE);
    expect(print.mock.calls.join('\n')).toContain(MESSAGE.text);
    print.mockRestore();
  });
});
