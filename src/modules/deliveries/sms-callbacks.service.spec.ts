import { keepWarnings } from '../../../test/support/logged.js';
import { aGate } from '../../../test/support/memory-outbox.js';
import type { Notifications } from '../../platform/database/notifications.js';
import type { DeliveryTokens } from '../sms/delivery-tokens.service.js';
import type { SmsProvider } from '../sms/sms.provider.js';
import type { DeliveryChecks } from './delivery-checks.js';
import { SmsCallbacks } from './sms-callbacks.service.js';

const warnings = keepWarnings();
let requests: string[][];
let notified: string[];
let gate: Promise<void>;
let failure: Error | undefined;
let changed: number;

beforeEach(() => {
  [requests, notified, gate, failure, changed] = [[], [], Promise.resolve(), undefined, 1];
});

/** Tokens are right when they begin with “token of”. */
function callbacksOf(reportsDelivery = true): SmsCallbacks {
  const tokens = {
    messageOf: (token: string) => (token.startsWith('token of ') ? token.slice(9) : undefined),
  } as unknown as DeliveryTokens;
  const checks = {
    request: async (ids: string[]) => {
      requests.push(ids);
      await gate;
      if (failure) throw failure;
      return changed;
    },
  } as unknown as DeliveryChecks;
  const notifications = { notify: (channel: string) => notified.push(channel) } as unknown as Notifications;
  return new SmsCallbacks(tokens, checks, notifications, { reportsDelivery } as SmsProvider);
}

describe('A callback', () => {
  it('has its message checked, and wakes whoever checks', async () => {
    const callbacks = callbacksOf();
    callbacks.hint('token of 1');
    await callbacks.beforeApplicationShutdown();
    expect(requests).toEqual([['1']]);
    expect(notified).toEqual(['delivery_checks_due']);
  });

  it('that changes nothing wakes nobody', async () => {
    changed = 0;
    const callbacks = callbacksOf();
    callbacks.hint('token of 1');
    await callbacks.beforeApplicationShutdown();
    expect(notified).toEqual([]);
  });

  it('with a wrong token never reaches the database', async () => {
    const callbacks = callbacksOf();
    callbacks.hint('garbage');
    await callbacks.beforeApplicationShutdown();
    expect(requests).toEqual([]);
  });

  it('is of no use where the provider knows nothing of delivery', async () => {
    const callbacks = callbacksOf(false);
    callbacks.hint('token of 1');
    await callbacks.beforeApplicationShutdown();
    expect(requests).toEqual([]);
  });

  it('goes with the others that come while the database is busy', async () => {
    const door = aGate();
    gate = door.gate;
    const callbacks = callbacksOf();
    for (const id of ['1', '2', '3']) callbacks.hint(`token of ${id}`);
    door.open();
    await callbacks.beforeApplicationShutdown();
    expect(requests).toEqual([['1'], ['2', '3']]);
  });

  it('is passed over while five thousand wait', async () => {
    const door = aGate();
    gate = door.gate;
    const callbacks = callbacksOf();
    for (let count = 0; count < 6_000; count += 1) callbacks.hint(`token of ${count}`);
    door.open();
    await callbacks.beforeApplicationShutdown();
    expect(requests.flat()).toHaveLength(5_000);
    callbacks.hint('token of 1');
    await callbacks.beforeApplicationShutdown();
    expect(requests.flat()).toHaveLength(5_001);
  });

  it('is lost without harm when the database is away', async () => {
    failure = new Error('connection lost');
    const callbacks = callbacksOf();
    callbacks.hint('token of 1');
    await callbacks.beforeApplicationShutdown();
    expect(notified).toEqual([]);
    expect(warnings).toEqual(['1 callbacks were passed over']);
  });
});
