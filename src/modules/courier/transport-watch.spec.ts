import { idsOf, LaneStage, many } from '../../../test/support/lane.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { aMessage } from '../../../test/support/memory-outbox.js';
import { EmailFailure } from '../email/email.errors.js';
import { SmsFailure, type SmsFailureKind } from '../sms/sms.errors.js';

const warnings = keepWarnings();
let stage: LaneStage;

beforeEach(() => {
  jest.useFakeTimers();
  stage = new LaneStage();
});

afterEach(() => jest.useRealTimers());

const taken = () => Promise.resolve({ providerId: 'p' });
const meets = (...kinds: (SmsFailureKind | 'taken')[]) => {
  const [first = taken, ...rest] = kinds.map((kind) =>
    kind === 'taken' ? taken : () => Promise.reject(new SmsFailure(kind)),
  );
  const turns = [first, ...rest];
  stage.deliver = () => (turns.shift() ?? taken)();
};

describe('What a lane tells of its transport', () => {
  it('is nothing while it works: messages that are taken or refused cost no statement', async () => {
    meets('taken', 'invalid_number', 'taken');
    await stage.carry(...many(3));
    expect(stage.outbox.outcomes).toHaveLength(3);
    expect(stage.breaker.reports).toEqual([]);
  });

  it('is every failure, and what else was done with it, in their order and at once', async () => {
    meets('taken', 'timeout', 'invalid_number', 'no_money');
    await stage.carry(...many(4));
    expect(stage.breaker.reports).toEqual([['taken', 'timeout', 'invalid_number', 'no_money']]);
  });

  it('is told before the results are written: who sees these finds the breaker open', async () => {
    meets('no_money');
    const settle = jest.spyOn(stage.outbox, 'settle');
    const report = jest.spyOn(stage.breaker, 'report');
    await stage.carry(aMessage());
    expect(report.mock.invocationCallOrder[0]).toBeLessThan(settle.mock.invocationCallOrder[0] ?? 0);
  });

  it('is also what was taken, from a failure on until the breaker has seen that it works', async () => {
    meets('timeout');
    stage.breaker.failing = true;
    await stage.carry(aMessage());
    await stage.carry(aMessage());
    stage.breaker.failing = false;
    await stage.carry(aMessage());
    await stage.carry(aMessage());
    expect(stage.breaker.reports).toEqual([['timeout'], ['taken'], ['taken']]);
  });

  it('is also what was taken while others have seen it fail', async () => {
    stage.breaker.outlooks.sms = { failing: true, holding: false };
    expect(await stage.transport.look()).toEqual({ holding: false });
    await stage.carry(aMessage());
    stage.breaker.outlooks.sms = { failing: false, holding: true };
    expect(await stage.transport.look()).toEqual({ holding: true });
    await stage.carry(aMessage());
    expect(stage.breaker.reports).toEqual([['taken']]);
  });

  it('is how a trial ended, though it knew of no failure', async () => {
    await stage.carry(aMessage({ trial: true }));
    expect(stage.breaker.reports).toEqual([['taken']]);
  });

  it.each([
    ['came too late', () => aMessage({ trial: true, expired: true }), taken],
    [
      'failed by a fault of ours',
      () => aMessage({ trial: true }),
      () => Promise.reject(new TypeError('x is undefined')),
    ],
  ])('is nothing but that the trial is over when its message %s', async (_, message, deliver) => {
    stage.deliver = deliver;
    await stage.carry(message());
    expect(stage.breaker.reports).toEqual([[]]);
  });

  it('is nothing of an e-mail that failed: it may be to blame itself', async () => {
    stage.deliver = () => Promise.reject(new EmailFailure('unauthorized'));
    await stage.carry(aMessage());
    expect(stage.breaker.reports).toEqual([]);
  });

  it('is lost when it cannot be told, and says so; the results are written all the same', async () => {
    meets('timeout');
    stage.breaker.failure = new Error('no database');
    const message = aMessage();
    await stage.carry(message);
    expect(warnings).toEqual(['the breaker cannot be told: no database']);
    expect(idsOf(stage.outbox.outcomes)).toEqual([message.id]);
    stage.breaker.failure = undefined;
    meets('no_connection');
    await stage.carry(aMessage());
    expect(stage.breaker.reports).toEqual([['no_connection']]);
  });
});
