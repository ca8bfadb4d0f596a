import { ScheduleModule as Clockwork, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { keepWarnings } from '../../../test/support/logged.js';
import type { HttpConfig } from '../../config/config.js';
import { Closing } from '../../platform/closing/closing.js';
import { HealthRegistry } from '../../platform/observability/health.registry.js';
import { SmsAccountCheck } from './sms-account-check.service.js';
import { SmsFailure, type SmsFailureKind } from './sms.errors.js';
import type { SmsAccount, SmsProvider } from './sms.provider.js';
import { Metrics } from '../../platform/observability/metrics.js';

const warnings = keepWarnings();
let answer: () => Promise<SmsAccount>;
let asked: number;
let health: HealthRegistry;
let metrics: Metrics;
let check: SmsAccountCheck;

beforeEach(() => {
  answer = () => Promise.resolve({ balance: 1_389.26 });
  asked = 0;
  const account = () => {
    asked += 1;
    return answer();
  };
  health = new HealthRegistry(new Closing({ drainMs: 0 } as HttpConfig));
  metrics = new Metrics();
  check = new SmsAccountCheck({ account } as unknown as SmsProvider, health, metrics);
});

/** Has the process started, and lets the first look end. */
async function start(): Promise<void> {
  check.onApplicationBootstrap();
  await new Promise((resolve) => setImmediate(resolve));
}

const shown = async () => (await health.readiness()).checks.sms;

const fails = (kind: SmsFailureKind, reason?: string) => () => Promise.reject(new SmsFailure(kind, { reason }));

describe('The account of the SMS provider', () => {
  it('is looked at when the process starts, which does not wait for it', async () => {
    let open: (account: SmsAccount) => void = () => undefined;
    answer = () => new Promise((resolve) => (open = resolve));
    expect(check.onApplicationBootstrap()).toBeUndefined();
    expect(asked).toBe(1);
    expect(await health.readiness()).toEqual({ ready: true, checks: {} });
    open({ balance: 200 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await shown()).toEqual({ status: 'ok', ms: expect.any(Number) as number, balance: 200 });
    expect(warnings).toEqual([]);
  });

  it('is shown as it was the last time, and nobody is asked for that', async () => {
    await start();
    const probes = await Promise.all([shown(), shown(), shown()]);
    expect(probes).toEqual(Array(3).fill(expect.objectContaining({ status: 'ok', balance: 1_389.26 })));
    expect(asked).toBe(1);
    answer = () => Promise.resolve({ balance: 500 });
    await check.look();
    expect(await shown()).toMatchObject({ balance: 500 });
  });

  it('makes no process unready', async () => {
    answer = fails('unauthorized');
    await start();
    expect(await health.readiness()).toMatchObject({ ready: true, checks: { sms: { status: 'failed' } } });
    expect(await shown()).not.toHaveProperty('balance');
  });

  it('of a provider that nobody pays has no balance, and none to warn of', async () => {
    answer = () => Promise.resolve({});
    await start();
    expect(await shown()).toEqual({ status: 'ok', ms: expect.any(Number) as number });
    expect(warnings).toEqual([]);
  });

  it.each([
    [100, []],
    [99.99, ['The SMS account holds 99.99 roubles. Top it up before no SMS goes out.']],
    [-3, ['The SMS account holds -3 roubles. Top it up before no SMS goes out.']],
  ])('with %d roubles is still good, but a warning may be due', async (balance, expected) => {
    answer = () => Promise.resolve({ balance });
    await start();
    expect(warnings).toEqual(expected);
    expect(await shown()).toMatchObject({ status: 'ok', balance });
  });

  it.each<[SmsFailureKind, RegExp]>([
    ['unauthorized', /Set SMS_AERO_EMAIL and SMS_AERO_API_KEY/],
    ['address_not_allowed', /Allow it in the settings of the account/],
    ['no_money', /Top it up/],
    ['no_connection', /Let this machine connect/],
    ['connection_lost', /Let this machine connect/],
    ['timeout', /Let this machine connect/],
    ['bad_answer', /See whether SMS_AERO_URL is right/],
    ['unavailable', /See whether SMS_AERO_URL is right/],
  ])('that fails with %s is warned of, with what to do', async (kind, advice) => {
    answer = fails(kind, 'ENOTFOUND');
    await check.look();
    expect(warnings).toEqual([expect.stringMatching(advice)]);
    expect(warnings[0]).toContain(`[sms provider: ${kind} (ENOTFOUND)]`);
  });

  it('outlives what nobody has foreseen', async () => {
    answer = () => Promise.reject(new TypeError('odd'));
    await check.look();
    expect(warnings).toHaveLength(1);
  });

  it('is looked at again every ten minutes, because the clockwork of the process asks for it', async () => {
    const module = await Test.createTestingModule({
      imports: [Clockwork.forRoot()],
      providers: [{ provide: SmsAccountCheck, useValue: check }],
    }).compile();
    await module.init();
    const job = module.get(SchedulerRegistry).getCronJob('sms.look_at_account');
    expect(job.cronTime.source).toBe('0 */10 * * * *');
    const before = asked;
    await job.fireOnTick();
    expect(asked).toBe(before + 1);
    await module.close();
  });
});
