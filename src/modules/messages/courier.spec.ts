import { keepWarnings } from '../../../test/support/logged.js';
import { aGate, aMessage, MemoryOutbox } from '../../../test/support/memory-outbox.js';
import type { SmsConfig } from '../../config/config.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { type SmsMessage, SmsProvider, type SmsReceipt } from '../sms/sms.provider.js';
import { Courier } from './courier.js';
import type { MessageRenderer } from './message-renderer.service.js';

class ProviderInMemory extends SmsProvider {
  readonly sent: SmsMessage[] = [];
  gate: Promise<void> = Promise.resolve();

  async send(message: SmsMessage): Promise<SmsReceipt> {
    this.sent.push(message);
    await this.gate;
    return { providerId: `provider ${message.id}` };
  }
}

const SMS: SmsConfig = { provider: 'console', regions: ['RU'], timeoutMs: 9_500, consoleDelayMs: [0, 0] };

const warnings = keepWarnings();
let outbox: MemoryOutbox;
let provider: ProviderInMemory;
let listeners: Map<string, () => void>;
let courier: Courier;

function courierWith(config: SmsConfig): Courier {
  const notifications = {
    listen: (channel: string, handler: () => void) => Promise.resolve(void listeners.set(channel, handler)),
  } as unknown as Notifications;
  const renderer = { render: ({ id }: { id: string }) => ({ text: `text of ${id}` }) } as unknown as MessageRenderer;
  return new Courier(outbox.asOutbox(), notifications, renderer, provider, config);
}

beforeEach(() => {
  jest.useFakeTimers();
  outbox = new MemoryOutbox();
  provider = new ProviderInMemory();
  listeners = new Map();
  courier = courierWith(SMS);
});

afterEach(async () => {
  await courier.beforeApplicationShutdown();
  jest.useRealTimers();
});

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

describe('The courier', () => {
  it('carries what was left over as soon as it starts, as the provider wants it', async () => {
    const message = aMessage({ recipient: '+79121234567' });
    outbox.put(message);
    await courier.onApplicationBootstrap();
    await pass(10);
    expect(provider.sent).toEqual([{ id: message.id, to: '+79121234567', text: `text of ${message.id}` }]);
    expect(outbox.outcomes).toEqual([
      { id: message.id, attempt: message.attempts, state: 'sent', providerId: `provider ${message.id}` },
    ]);
    expect(outbox.claims[0]?.channel).toBe('sms');
  });

  it('starts at once when it is notified of something new', async () => {
    await courier.onApplicationBootstrap();
    await pass(10);
    outbox.put(aMessage());
    expect([...listeners.keys()]).toEqual(['outbox']);
    listeners.get('outbox')?.();
    await pass(10);
    expect(provider.sent).toHaveLength(1);
  });

  it('looks each second by itself, for a notification may be lost', async () => {
    await courier.onApplicationBootstrap();
    await pass(10);
    outbox.put(aMessage());
    await pass(980);
    expect(provider.sent).toEqual([]);
    await pass(20);
    expect(provider.sent).toHaveLength(1);
    outbox.put(aMessage());
    await pass(1_000);
    expect(provider.sent).toHaveLength(2);
  });

  it.each([
    [9_500, 30],
    [10_000, 30],
    [10_001, 31],
    [500, 21],
  ])('with a timeout of %i ms takes another courier for dead after %i seconds', async (timeoutMs, seconds) => {
    courier = courierWith({ ...SMS, timeoutMs });
    await courier.onApplicationBootstrap();
    await pass(1_000);
    expect(outbox.abandonedAfter).toEqual([seconds]);
  });

  it('says how many messages a dead courier left behind, and nothing when there are none', async () => {
    await courier.onApplicationBootstrap();
    await pass(1_000);
    expect(warnings).toEqual([]);
    outbox.lost = 2;
    await pass(1_000);
    expect(warnings).toEqual(['2 messages are ambiguous: their courier died while sending']);
  });

  it('outlives a database that is away', async () => {
    await courier.onApplicationBootstrap();
    await pass(10);
    outbox.failure = new Error('no database');
    outbox.put(aMessage());
    await pass(3_000);
    expect(provider.sent).toEqual([]);
    outbox.failure = undefined;
    await pass(1_000);
    expect(outbox.outcomes).toMatchObject([{ state: 'sent' }]);
  });

  it('finishes what it has when it is shut down, and looks no more', async () => {
    const { gate, open } = aGate();
    provider.gate = gate;
    outbox.put(aMessage());
    await courier.onApplicationBootstrap();
    await pass(10);
    let down = false;
    const closing = courier.beforeApplicationShutdown().then(() => (down = true));
    outbox.put(aMessage());
    await pass(5_000);
    expect(down).toBe(false);
    open();
    await pass(10);
    await closing;
    expect(provider.sent).toHaveLength(1);
    expect(outbox.outcomes).toHaveLength(1);
    expect(outbox.abandonedAfter).toEqual([]);
  });
});
