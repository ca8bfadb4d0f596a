import { keepWarnings } from '../../../test/support/logged.js';
import { aGate } from '../../../test/support/memory-outbox.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { SmsFailure } from '../sms/sms.errors.js';
import type { SmsDelivery, SmsProvider } from '../sms/sms.provider.js';
import { DeliveryChecker } from './delivery-checker.js';
import { CHECKS_DUE, type ClaimedCheck, type DeliveryChecks } from './delivery-checks.js';
import type { DeliveryRounds } from './delivery-rounds.js';

const warnings = keepWarnings();
let due: ClaimedCheck[];
let claimSeconds: number;
let written: unknown[][];
let asked: string[];
let gate: Promise<void>;
let answer: () => SmsDelivery;
let passes: number;
let failure: Error | undefined;
let listeners: Map<string, () => void>;
let checker: DeliveryChecker;

const check = (providerId: string | null, tries = 1): ClaimedCheck => ({
  messageId: `of ${providerId}`,
  tries,
  providerId,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => check(String(index)));

function checkerOf(reportsDelivery: boolean): DeliveryChecker {
  const write =
    (what: string) =>
    async (one: ClaimedCheck, ...values: unknown[]) => {
      if (failure) throw failure;
      written.push([what, one.messageId, ...values]);
    };
  const checks = {
    claim: async (limit: number, seconds: number) => {
      claimSeconds = seconds;
      return due.splice(0, limit);
    },
    finish: write('finish'),
    drop: write('drop'),
    postpone: write('postpone'),
    forgetIdle: async () => undefined,
  } as unknown as DeliveryChecks;
  const rounds = {
    pass: async () => {
      passes += 1;
      if (failure) throw failure;
    },
  } as unknown as DeliveryRounds;
  const notifications = {
    listen: async (channel: string, handler: () => void) => void listeners.set(channel, handler),
  } as unknown as Notifications;
  const sms = {
    timeoutMs: 9_500,
    reportsDelivery,
    deliveryOf: async (providerId: string) => {
      asked.push(providerId);
      await gate;
      return answer();
    },
  } as unknown as SmsProvider;
  return new DeliveryChecker(checks, rounds, notifications, sms);
}

beforeEach(async () => {
  jest.useFakeTimers();
  [due, written, asked, passes, failure] = [[], [], [], 0, undefined];
  [gate, answer] = [Promise.resolve(), () => 'on_its_way'];
  listeners = new Map();
  checker = checkerOf(true);
  await checker.onApplicationBootstrap();
});

afterEach(async () => {
  await checker.beforeApplicationShutdown();
  jest.useRealTimers();
});

const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

async function wake(...checks: ClaimedCheck[]): Promise<void> {
  due.push(...checks);
  listeners.get(CHECKS_DUE)?.();
  await pass();
}

describe('Whoever checks what became of messages', () => {
  it.each(['delivered', 'undelivered'] as const)('writes what the provider says: %s', async (delivery) => {
    answer = () => delivery;
    await wake(check('7'));
    expect(asked).toEqual(['7']);
    expect(written).toEqual([['finish', 'of 7', delivery]]);
  });

  it('leaves a message that is on its way until somebody asks again', async () => {
    await wake(check('7'));
    expect(written).toEqual([['postpone', 'of 7', 30, undefined]]);
  });

  it('asks nothing about a message whose end is known', async () => {
    await wake(check(null));
    expect(asked).toEqual([]);
    expect(written).toEqual([['drop', 'of null']]);
  });

  it('has a claim last longer than the provider may take', async () => {
    await wake();
    expect(claimSeconds).toBe(30);
  });

  it('asks about five at a time, and about the others as these are answered', async () => {
    const door = aGate();
    gate = door.gate;
    await wake(...many(12));
    expect(asked).toHaveLength(5);
    door.open();
    await pass();
    expect(asked).toHaveLength(12);
    expect(written).toHaveLength(12);
  });

  it('finds what is due without being woken, each second, and looks for what nobody has told of', async () => {
    due.push(check('7'));
    await pass(999);
    expect([asked, passes]).toEqual([[], 0]);
    await pass(1);
    expect([asked, passes]).toEqual([['7'], 1]);
  });

  it.each([
    [1, 30],
    [2, 60],
    [5, 480],
    [6, undefined],
  ])('after failure number %i of the provider asks again in %s seconds', async (tries, seconds) => {
    answer = () => {
      throw new SmsFailure('timeout');
    };
    await wake(check('7', tries));
    expect(written).toEqual([['postpone', 'of 7', 30, seconds]]);
    expect(warnings).toEqual(['the provider does not say what it has delivered: timeout']);
  });

  it('lets a provider that has failed rest until the next second', async () => {
    answer = () => {
      throw new Error('secret');
    };
    await wake(check('1'));
    await wake(check('2'));
    expect(asked).toEqual(['1']);
    expect(warnings.join()).not.toContain('secret');
    await pass(1_000);
    expect(asked).toEqual(['1', '2']);
  });

  it('goes on when the database is back', async () => {
    failure = new Error('connection lost');
    await wake(check('1'));
    await pass(1_000);
    expect(written).toEqual([]);
    failure = undefined;
    due.push(check('2'));
    await pass(1_000);
    expect(written).toEqual([['postpone', 'of 2', 30, undefined]]);
  });

  it('finishes what it has and takes up nothing more when it closes', async () => {
    const door = aGate();
    gate = door.gate;
    await wake(check('1'));
    const closing = checker.beforeApplicationShutdown();
    await wake(check('2'));
    await pass(2_000);
    expect(written).toEqual([]);
    door.open();
    await closing;
    expect(written).toEqual([['postpone', 'of 1', 30, undefined]]);
    expect(asked).toEqual(['1']);
    expect(passes).toBe(0);
  });

  it('does nothing at all where the provider knows nothing of delivery', async () => {
    listeners.clear();
    const idle = checkerOf(false);
    await idle.onApplicationBootstrap();
    const before = passes;
    await checker.beforeApplicationShutdown();
    await pass(5_000);
    expect([listeners.size, passes]).toEqual([0, before]);
  });
});
