import { idsOf, LaneStage, many } from '../../../test/support/lane.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { aGate, aMessage, idAt } from '../../../test/support/memory-outbox.js';
import { EmailFailure } from '../email/email.errors.js';
import { SmsFailure, type SmsFailureKind } from '../sms/sms.errors.js';
import type { ClaimedMessage } from './outbox.js';

const SECOND = 1_000;

const warnings = keepWarnings();
let stage: LaneStage;

beforeEach(() => {
  jest.useFakeTimers();
  stage = new LaneStage();
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('A lane that is woken', () => {
  it('delivers what is due on its channel, once, and writes the provider’s id', async () => {
    const message = aMessage();
    await stage.carry(message);
    expect(stage.delivered).toEqual([message.id]);
    expect(stage.outbox.outcomes).toStrictEqual([
      { id: message.id, attempt: message.attempts, state: 'sent', providerId: `taken ${message.id}` },
    ]);
    expect(stage.outbox.claims).toEqual([{ channel: 'sms', limit: 20 }]);
  });

  it('claims twenty at a time for as long as there are twenty', async () => {
    await stage.carry(...many(50));
    expect(stage.outbox.claims.map(({ limit }) => limit)).toEqual([20, 20, 20]);
    expect(stage.delivered).toHaveLength(50);
  });

  it('asks once more after a full batch, and rests after one that is not', async () => {
    await stage.carry(...many(20));
    expect(stage.outbox.claims).toHaveLength(2);
    await stage.carry(...many(19));
    expect(stage.outbox.claims).toHaveLength(3);
  });

  it('claims one batch at a time, and again for what came meanwhile', async () => {
    const { gate, open } = aGate();
    stage.outbox.gate = gate;
    stage.lane.wake();
    stage.lane.wake();
    stage.lane.wake();
    await stage.pass();
    expect(stage.outbox.claims).toHaveLength(1);
    open();
    await stage.pass();
    expect(stage.outbox.claims).toHaveLength(2);
    expect(stage.outbox.mostClaimsAtOnce).toBe(1);
    stage.lane.wake();
    await stage.pass();
    expect(stage.outbox.claims).toHaveLength(3);
  });

  it('says that it cannot read the outbox, and tries again when it is woken again', async () => {
    stage.outbox.failure = new Error('connection lost');
    await stage.carry(aMessage());
    stage.outbox.failure = 'something odd';
    await stage.carry();
    expect(warnings).toEqual([
      'the outbox cannot be read: connection lost',
      'the outbox cannot be read: unknown error',
    ]);
    stage.outbox.failure = undefined;
    await stage.carry();
    expect(stage.outbox.outcomes).toMatchObject([{ state: 'sent' }]);
  });
});

describe('A lane whose provider is slow', () => {
  let letGo: (() => void)[];

  beforeEach(() => {
    letGo = [];
    stage.deliver = () => new Promise((resolve) => letGo.push(() => resolve({ providerId: 'late' })));
  });

  it('has at most a hundred messages in hand', async () => {
    await stage.carry(...many(15));
    await stage.carry(...many(120));
    expect(stage.delivered).toHaveLength(100);
    expect(stage.outbox.claims.map(({ limit }) => limit)).toEqual([20, 20, 20, 20, 20, 5]);
  });

  it('takes up another for each that is done', async () => {
    await stage.carry(...many(102));
    letGo[0]?.();
    await stage.pass();
    expect(stage.delivered).toHaveLength(101);
    expect(stage.outbox.claims.at(-1)?.limit).toBe(1);
    letGo[1]?.();
    await stage.pass();
    expect(stage.delivered).toHaveLength(102);
  });

  it('looks for no more when it knows of none', async () => {
    await stage.carry(...many(3));
    letGo.forEach((go) => go());
    await stage.pass(10);
    expect(stage.outbox.outcomes).toHaveLength(3);
    expect(stage.outbox.claims).toHaveLength(1);
  });

  it('does not keep one message waiting for another', async () => {
    await stage.carry(...many(2));
    letGo[1]?.();
    await stage.pass(10);
    expect(idsOf(stage.outbox.outcomes)).toEqual([stage.delivered[1]]);
  });
});

describe('A lane whose provider fails all at once', () => {
  it('claims nothing more before the breaker has heard of it', async () => {
    let fail: () => void = () => undefined;
    const failing = new Promise<never>((_, reject) => (fail = () => reject(new SmsFailure('timeout'))));
    stage.deliver = () => failing;
    stage.outbox.put(...many(120));
    stage.lane.wake();
    await stage.pass();
    expect(stage.delivered).toHaveLength(100);
    fail();
    await stage.pass(4);
    expect(stage.delivered).toHaveLength(100);
    await stage.pass(1);
    expect(stage.breaker.reports).toEqual([Array<string>(100).fill('timeout')]);
    expect(stage.delivered).toHaveLength(120);
  });
});

describe('A message that the provider did not accept', () => {
  const meets = (kind: SmsFailureKind) => {
    stage.deliver = () => Promise.reject(new SmsFailure(kind));
  };

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
    [6, 30],
    [7, 30],
    [40, 30],
  ])('goes back when it was certainly not taken: after attempt %i for %i seconds', async (attempts, retrySeconds) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    meets('no_connection');
    const message = aMessage({ attempts });
    await stage.carry(message);
    expect(stage.outbox.outcomes).toStrictEqual([
      { id: message.id, attempt: message.attempts, state: 'queued', failure: 'no_connection', retrySeconds },
    ]);
  });

  it('waits a little longer than others that failed with it, by up to a quarter', async () => {
    meets('no_connection');
    jest.spyOn(Math, 'random').mockReturnValueOnce(0.5).mockReturnValueOnce(1);
    await stage.carry(aMessage({ attempts: 4 }), aMessage({ attempts: 4 }));
    expect(stage.outbox.outcomes).toMatchObject([{ retrySeconds: 9 }, { retrySeconds: 10 }]);
  });

  it.each([
    [1, 12, 12],
    [5, 12, 16],
    [1, 299, 299],
    [1, 300, undefined],
  ])('waits as long as the provider asks: after attempt %i asked for %i seconds', async (attempts, asked, waits) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const busy = Object.assign(new SmsFailure('rate_limited'), { retryAfterSeconds: asked });
    stage.deliver = () => Promise.reject(busy);
    await stage.carry(aMessage({ attempts }));
    expect(stage.outbox.outcomes.map(({ retrySeconds }) => retrySeconds)).toEqual([waits]);
  });

  it.each([
    [5, 'queued'],
    [4, 'failed'],
    [3, 'failed'],
  ])('is given up when it would come too late: with %i seconds left it is %s', async (secondsLeft, state) => {
    meets('rate_limited');
    await stage.carry(aMessage({ attempts: 3, secondsLeft }));
    expect(stage.outbox.outcomes).toMatchObject([{ state, failure: 'rate_limited' }]);
  });

  it('has failed when the provider never will take it', async () => {
    meets('invalid_number');
    const message = aMessage();
    await stage.carry(message);
    expect(stage.outbox.outcomes).toStrictEqual([
      { id: message.id, attempt: message.attempts, state: 'failed', failure: 'invalid_number', refused: true },
    ]);
  });

  it.each<SmsFailureKind>(['timeout', 'connection_lost', 'unavailable', 'bad_answer'])(
    'is ambiguous when it may have been taken: %s',
    async (kind) => {
      meets(kind);
      const message = aMessage();
      await stage.carry(message);
      expect(stage.outbox.outcomes).toStrictEqual([
        { id: message.id, attempt: message.attempts, state: 'ambiguous', failure: kind },
      ]);
    },
  );

  it.each([
    ['deferred', 'queued'],
    ['rejected', 'failed'],
    ['connection_lost', 'ambiguous'],
  ] as const)('is told by the same fates when it is an e-mail: %s, so %s', async (kind, state) => {
    stage.deliver = () => Promise.reject(new EmailFailure(kind));
    await stage.carry(aMessage());
    expect(stage.outbox.outcomes).toMatchObject([{ state, failure: kind }]);
  });

  it('is ambiguous when nobody foresaw what happened', async () => {
    stage.deliver = () => Promise.reject(new TypeError('x is undefined'));
    const message = aMessage();
    await stage.carry(message);
    expect(stage.outbox.outcomes).toStrictEqual([
      { id: message.id, attempt: message.attempts, state: 'ambiguous', failure: 'unforeseen' },
    ]);
  });

  it('is not even tried when it is picked up too late', async () => {
    const message = aMessage({ expired: true });
    await stage.carry(message);
    expect(stage.delivered).toEqual([]);
    expect(stage.outbox.outcomes).toStrictEqual([{ id: message.id, attempt: message.attempts, state: 'expired' }]);
  });
});

describe('A lane looks at what is new', () => {
  const MINUTE = 60 * SECOND;
  const newest = () => aMessage({ id: idAt(MINUTE) });

  it.each([
    ['newest first', (messages: ClaimedMessage[]) => messages],
    ['newest last', (messages: ClaimedMessage[]) => [...messages].reverse()],
  ])('and at what appears five seconds late, whatever order it gets them in: %s', async (_, ordered) => {
    await stage.carry(...ordered([newest(), aMessage({ id: idAt(MINUTE - 20 * SECOND) })]));
    const [late, tooLate] = [aMessage({ id: idAt(MINUTE - 4 * SECOND) }), aMessage({ id: idAt(MINUTE - 6 * SECOND) })];
    await stage.carry(tooLate, late);
    expect(stage.delivered).toHaveLength(3);
    expect(stage.delivered.at(-1)).toBe(late.id);
    expect(stage.outbox.due).toEqual([tooLate]);
  });

  it('and keeps to that when it found nothing', async () => {
    await stage.carry(newest());
    await stage.carry();
    const old = aMessage({ id: idAt(0) });
    await stage.carry(old);
    expect(stage.outbox.due).toEqual([old]);
  });

  it('but on patrol at everything that was left over', async () => {
    await stage.carry(newest());
    const old = aMessage({ id: idAt(0) });
    await stage.carry(old);
    stage.lane.patrol();
    await stage.pass(10);
    expect(stage.delivered.at(-1)).toBe(old.id);
  });
});
