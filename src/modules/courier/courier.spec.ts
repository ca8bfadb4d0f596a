import { keepWarnings } from '../../../test/support/logged.js';
import { MemoryBreaker } from '../../../test/support/memory-breaker.js';
import { aGate, aMessage, MemoryOutbox } from '../../../test/support/memory-outbox.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { type EmailMessage, EmailProvider, type EmailReceipt } from '../email/email.provider.js';
import {
  type SmsAccount,
  type SmsDelivery,
  type SmsMessage,
  SmsProvider,
  type SmsReceipt,
} from '../sms/sms.provider.js';
import type { DeliveryTokens } from '../sms/delivery-tokens.service.js';
import { Carriers } from './carriers.js';
import { Courier } from './courier.js';
import type { MessageRenderer } from '../messages/message-renderer.service.js';
import { Metrics } from '../../platform/observability/metrics.js';
import type { EmailConfig, SmsConfig } from '../../config/config.js';
import { CarriedNumbers } from './carried-numbers.js';

class SmsInMemory extends SmsProvider {
  readonly reportsDelivery = false;
  readonly sent: SmsMessage[] = [];
  gate: Promise<void> = Promise.resolve();

  constructor(readonly timeoutMs: number) {
    super();
  }

  async send(message: SmsMessage): Promise<SmsReceipt> {
    this.sent.push(message);
    await this.gate;
    return { providerId: `provider ${message.id}` };
  }

  deliveryOf(): Promise<SmsDelivery> {
    return Promise.resolve('on_its_way');
  }

  account(): Promise<SmsAccount> {
    return Promise.resolve({});
  }
}

class EmailInMemory extends EmailProvider {
  readonly sent: EmailMessage[] = [];

  constructor(readonly timeoutMs: number) {
    super();
  }

  send(message: EmailMessage): Promise<EmailReceipt> {
    this.sent.push(message);
    return Promise.resolve({ providerId: `<${message.id}@example.org>` });
  }
}

const warnings = keepWarnings();
let outbox: MemoryOutbox;
let breaker: MemoryBreaker;
let sms: SmsInMemory;
let email: EmailInMemory;
let listeners: Map<string, () => void>;
let courier: Courier;
let metrics: Metrics;

function courierWith(smsTimeoutMs = 9_500, emailTimeoutMs = 20_000): Courier {
  [sms, email] = [new SmsInMemory(smsTimeoutMs), new EmailInMemory(emailTimeoutMs)];
  const notifications = {
    listen: (channel: string, handler: () => void) => Promise.resolve(void listeners.set(channel, handler)),
  } as unknown as Notifications;
  const renderer = {
    render: ({ id }: { id: string }) => ({ text: `text of ${id}` }),
    renderEmail: ({ id }: { id: string }) => ({ subject: `of ${id}`, text: `mail ${id}`, html: `<p>${id}`, code: '1' }),
  } as unknown as MessageRenderer;
  const tokens = { urlFor: (id: string) => `https://id.example.org/${id}` } as DeliveryTokens;
  metrics = new Metrics();
  const numbers = new CarriedNumbers(
    metrics,
    { provider: 'sms-aero' } as SmsConfig,
    { provider: 'smtp' } as EmailConfig,
  );
  const carriers = new Carriers(renderer, tokens, sms, email);
  return new Courier(outbox.asOutbox(), notifications, breaker.asBreaker(), carriers, numbers);
}

beforeEach(() => {
  jest.useFakeTimers();
  outbox = new MemoryOutbox();
  breaker = new MemoryBreaker();
  listeners = new Map();
  courier = courierWith();
});

afterEach(async () => {
  await courier.beforeApplicationShutdown();
  jest.useRealTimers();
});

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

async function start(): Promise<void> {
  await courier.onApplicationBootstrap();
  await pass(10);
}

describe('The courier', () => {
  it('carries what was left over as soon as it starts, as the provider wants it', async () => {
    const message = aMessage({ recipient: '+79121234567' });
    outbox.put(message);
    await start();
    expect(sms.sent).toEqual([
      {
        id: message.id,
        to: '+79121234567',
        text: `text of ${message.id}`,
        callbackUrl: `https://id.example.org/${message.id}`,
      },
    ]);
    expect(outbox.outcomes).toEqual([
      { id: message.id, attempt: message.attempts, state: 'sent', providerId: `provider ${message.id}` },
    ]);
    expect(email.sent).toEqual([]);
  });

  it('carries e-mails to their own provider, with subject and both parts', async () => {
    const message = aMessage({ channel: 'email', recipient: 'anna@example.com' });
    const { id } = message;
    outbox.put(message);
    await start();
    expect(email.sent).toEqual([
      { id, to: 'anna@example.com', subject: `of ${id}`, text: `mail ${id}`, html: `<p>${id}` },
    ]);
    expect(outbox.outcomes).toEqual([{ id, attempt: 1, state: 'sent', providerId: `<${id}@example.org>` }]);
    expect(sms.sent).toEqual([]);
  });

  it.each([
    ['outbox_sms', () => sms.sent, () => email.sent],
    ['outbox_email', () => email.sent, () => sms.sent],
  ])(
    'starts at once when it is notified of something new by %s, and looks at nothing else',
    async (name, its, other) => {
      await start();
      outbox.put(aMessage(), aMessage({ channel: 'email' }));
      expect([...listeners.keys()]).toEqual(['outbox_sms', 'outbox_email']);
      listeners.get(name)?.();
      await pass(10);
      expect(its()).toHaveLength(1);
      expect(other()).toEqual([]);
    },
  );

  it('looks each second by itself, for a notification may be lost', async () => {
    await start();
    outbox.put(aMessage(), aMessage({ channel: 'email' }));
    await pass(980);
    expect([...sms.sent, ...email.sent]).toEqual([]);
    await pass(20);
    expect(sms.sent).toHaveLength(1);
    expect(email.sent).toHaveLength(1);
    outbox.put(aMessage());
    await pass(1_000);
    expect(sms.sent).toHaveLength(2);
  });

  it('is asleep when it could not look after the outbox for a quarter of a minute, and awake when it can again', async () => {
    await start();
    await pass(60_000);
    await courier.awake();
    outbox.failure = new Error('connection lost');
    await pass(14_000);
    await courier.awake();
    await pass(3_000);
    await expect(courier.awake()).rejects.toThrow('the outbox was looked after 17 s ago');
    outbox.failure = undefined;
    await pass(1_000);
    await courier.awake();
  });

  it('keeps no e-mail waiting for an SMS provider that hangs', async () => {
    const { gate, open } = aGate();
    sms.gate = gate;
    outbox.put(...Array.from({ length: 120 }, () => aMessage()), aMessage({ channel: 'email' }));
    await start();
    expect(sms.sent).toHaveLength(100);
    expect(outbox.outcomes).toMatchObject([{ id: email.sent[0]?.id, state: 'sent' }]);
    open();
    await pass(10);
  });

  it.each([
    [9_500, 30],
    [10_000, 30],
    [10_001, 31],
    [500, 21],
  ])('with a timeout of %i ms takes another courier for dead after %i seconds', async (timeoutMs, seconds) => {
    courier = courierWith(timeoutMs, 60_000);
    await courier.onApplicationBootstrap();
    await pass(1_000);
    expect(outbox.abandonedAfter).toEqual({ sms: [seconds], email: [80] });
    await courier.beforeApplicationShutdown();
    courier = courierWith(60_000, timeoutMs);
    await courier.onApplicationBootstrap();
    await pass(1_000);
    expect(outbox.abandonedAfter).toEqual({ sms: [seconds, 80], email: [80, seconds] });
  });

  it('says how many messages a dead courier left behind, and nothing when there are none', async () => {
    await courier.onApplicationBootstrap();
    await pass(1_000);
    expect(warnings).toEqual([]);
    outbox.lost = 2;
    await pass(1_000);
    expect(new Set(warnings)).toEqual(new Set(['2 messages are ambiguous: their courier died while sending']));
  });

  it('gives up what is too late where nothing is claimed, and leaves it to the lane where messages go', async () => {
    await start();
    breaker.outlooks.sms = { failing: false, holding: true };
    await pass(1_000);
    expect(outbox.expired).toEqual(['sms']);
    breaker.outlooks.sms = { failing: true, holding: false };
    breaker.outlooks.email = { failing: false, holding: true };
    await pass(1_000);
    expect(outbox.expired).toEqual(['sms', 'email']);
  });

  it('tells of messages that were taken once it sees that some failed elsewhere', async () => {
    await start();
    outbox.put(aMessage());
    await pass(1_000);
    breaker.outlooks.sms = { failing: true, holding: false };
    await pass(1_000);
    expect(breaker.reports).toEqual([]);
    outbox.put(aMessage(), aMessage({ channel: 'email' }));
    await pass(1_010);
    expect(breaker.reports).toEqual([['taken']]);
  });

  it('outlives a database that is away', async () => {
    await start();
    [outbox.failure, breaker.failure] = [new Error('no database'), new Error('no database')];
    outbox.put(aMessage());
    await pass(3_000);
    expect(sms.sent).toEqual([]);
    [outbox.failure, breaker.failure] = [undefined, undefined];
    await pass(1_000);
    expect(outbox.outcomes).toMatchObject([{ state: 'sent' }]);
  });

  it('finishes what it has when it is shut down, and looks no more', async () => {
    const { gate, open } = aGate();
    sms.gate = gate;
    outbox.put(aMessage());
    await start();
    let down = false;
    const closing = courier.beforeApplicationShutdown().then(() => (down = true));
    outbox.put(aMessage());
    await pass(5_000);
    expect(down).toBe(false);
    open();
    await pass(10);
    await closing;
    expect(sms.sent).toHaveLength(1);
    expect(outbox.outcomes).toHaveLength(1);
    expect(outbox.abandonedAfter).toEqual({});
  });
});
