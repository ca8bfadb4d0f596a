import { keepWarnings } from '../../../test/support/logged.js';
import { aGate, aMessage, idAt, MemoryOutbox } from '../../../test/support/memory-outbox.js';
import { SmsFailure, type SmsFailureKind } from '../sms/sms.errors.js';
import { CourierLane, type Deliver } from './courier-lane.js';
import type { ClaimedMessage } from './outbox.js';

const SECOND = 1_000;
const many = (count: number) => Array.from({ length: count }, () => aMessage());
const idsOf = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);

const warnings = keepWarnings();
let outbox: MemoryOutbox;
let delivered: string[];
let deliver: Deliver;
let lane: CourierLane;

beforeEach(() => {
  jest.useFakeTimers();
  outbox = new MemoryOutbox();
  delivered = [];
  deliver = ({ id }) => Promise.resolve({ providerId: `taken ${id}` });
  lane = new CourierLane('sms', outbox.asOutbox(), (message) => {
    delivered.push(message.id);
    return deliver(message);
  });
});

afterEach(() => jest.useRealTimers());

/** Lets everything happen that waits for nobody else. */
const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

async function carry(...messages: ClaimedMessage[]): Promise<void> {
  outbox.put(...messages);
  lane.wake();
  await pass(10);
}

describe('A lane that is woken', () => {
  it('delivers what is due on its channel, once, and writes the provider’s id', async () => {
    const message = aMessage();
    await carry(message);
    expect(delivered).toEqual([message.id]);
    expect(outbox.outcomes).toStrictEqual([{ id: message.id, state: 'sent', providerId: `taken ${message.id}` }]);
    expect(outbox.claims).toEqual([{ channel: 'sms', limit: 20 }]);
  });

  it('claims twenty at a time for as long as there are twenty', async () => {
    await carry(...many(50));
    expect(outbox.claims.map(({ limit }) => limit)).toEqual([20, 20, 20]);
    expect(delivered).toHaveLength(50);
  });

  it('asks once more after a full batch, and rests after one that is not', async () => {
    await carry(...many(20));
    expect(outbox.claims).toHaveLength(2);
    await carry(...many(19));
    expect(outbox.claims).toHaveLength(3);
  });

  it('claims one batch at a time, and again for what came meanwhile', async () => {
    const { gate, open } = aGate();
    outbox.gate = gate;
    lane.wake();
    lane.wake();
    lane.wake();
    await pass();
    expect(outbox.claims).toHaveLength(1);
    open();
    await pass();
    expect(outbox.claims).toHaveLength(2);
    expect(outbox.mostClaimsAtOnce).toBe(1);
    lane.wake();
    await pass();
    expect(outbox.claims).toHaveLength(3);
  });

  it('says that it cannot read the outbox, and tries again when it is woken again', async () => {
    outbox.failure = new Error('connection lost');
    await carry(aMessage());
    outbox.failure = 'something odd';
    await carry();
    expect(warnings).toEqual([
      'the outbox cannot be read: connection lost',
      'the outbox cannot be read: unknown error',
    ]);
    outbox.failure = undefined;
    await carry();
    expect(outbox.outcomes).toMatchObject([{ state: 'sent' }]);
  });
});

describe('A lane whose provider is slow', () => {
  let letGo: (() => void)[];

  beforeEach(() => {
    letGo = [];
    deliver = () => new Promise((resolve) => letGo.push(() => resolve({ providerId: 'late' })));
  });

  it('has at most a hundred messages in hand', async () => {
    await carry(...many(15));
    await carry(...many(120));
    expect(delivered).toHaveLength(100);
    expect(outbox.claims.map(({ limit }) => limit)).toEqual([20, 20, 20, 20, 20, 5]);
  });

  it('takes up another for each that is done', async () => {
    await carry(...many(102));
    letGo[0]?.();
    await pass();
    expect(delivered).toHaveLength(101);
    expect(outbox.claims.at(-1)?.limit).toBe(1);
    letGo[1]?.();
    await pass();
    expect(delivered).toHaveLength(102);
  });

  it('looks for no more when it knows of none', async () => {
    await carry(...many(3));
    letGo.forEach((go) => go());
    await pass(10);
    expect(outbox.outcomes).toHaveLength(3);
    expect(outbox.claims).toHaveLength(1);
  });

  it('does not keep one message waiting for another', async () => {
    await carry(...many(2));
    letGo[1]?.();
    await pass(10);
    expect(idsOf(outbox.outcomes)).toEqual([delivered[1]]);
  });
});

describe('A message that the provider did not accept', () => {
  const meets = (kind: SmsFailureKind) => {
    deliver = () => Promise.reject(new SmsFailure(kind));
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
    meets('no_connection');
    const message = aMessage({ attempts });
    await carry(message);
    expect(outbox.outcomes).toStrictEqual([
      { id: message.id, state: 'queued', failure: 'no_connection', retrySeconds },
    ]);
  });

  it.each([
    [5, 'queued'],
    [4, 'failed'],
    [3, 'failed'],
  ])('is given up when it would come too late: with %i seconds left it is %s', async (secondsLeft, state) => {
    meets('rate_limited');
    await carry(aMessage({ attempts: 3, secondsLeft }));
    expect(outbox.outcomes).toMatchObject([{ state, failure: 'rate_limited' }]);
  });

  it('has failed when the provider never will take it', async () => {
    meets('invalid_number');
    const message = aMessage();
    await carry(message);
    expect(outbox.outcomes).toStrictEqual([{ id: message.id, state: 'failed', failure: 'invalid_number' }]);
  });

  it.each<SmsFailureKind>(['timeout', 'connection_lost', 'unavailable', 'bad_answer'])(
    'is ambiguous when it may have been taken: %s',
    async (kind) => {
      meets(kind);
      const message = aMessage();
      await carry(message);
      expect(outbox.outcomes).toStrictEqual([{ id: message.id, state: 'ambiguous', failure: kind }]);
    },
  );

  it('is ambiguous when nobody foresaw what happened', async () => {
    deliver = () => Promise.reject(new TypeError('x is undefined'));
    const message = aMessage();
    await carry(message);
    expect(outbox.outcomes).toStrictEqual([{ id: message.id, state: 'ambiguous', failure: 'unforeseen' }]);
  });

  it('is not even tried when it is picked up too late', async () => {
    const message = aMessage({ expired: true });
    await carry(message);
    expect(delivered).toEqual([]);
    expect(outbox.outcomes).toStrictEqual([{ id: message.id, state: 'expired' }]);
  });
});

describe('What became of messages', () => {
  it('is written together for those that were done within five milliseconds', async () => {
    outbox.put(...many(3));
    lane.wake();
    await pass(4);
    expect(delivered).toHaveLength(3);
    expect(outbox.settled).toEqual([]);
    await pass(1);
    expect(outbox.settled.map(idsOf)).toEqual([delivered]);
    await carry(aMessage());
    expect(outbox.settled).toHaveLength(2);
  });

  it('is written at once for those that were done while others were written', async () => {
    const { gate, open } = aGate();
    await carry();
    outbox.put(aMessage());
    lane.wake();
    await pass(1);
    outbox.put(...many(2));
    lane.wake();
    await pass(1);
    outbox.gate = gate;
    await pass(3);
    expect(outbox.settled).toEqual([]);
    open();
    await pass();
    expect(outbox.settled.map(idsOf)).toEqual([delivered]);
  });

  it('is kept while it cannot be written, says so, and is written by the next patrol, oldest first', async () => {
    const message = aMessage();
    outbox.put(message);
    lane.wake();
    await pass();
    outbox.failure = new Error('no database');
    await pass(10);
    outbox.failure = 'odd';
    lane.patrol();
    await pass(10);
    expect(warnings.filter((line) => line.startsWith('results'))).toEqual([
      'results cannot be written: no database',
      'results cannot be written: unknown error',
    ]);
    outbox.failure = undefined;
    lane.patrol();
    await pass(10);
    expect(idsOf(outbox.outcomes)).toEqual([message.id]);
    lane.patrol();
    await pass(10);
    expect(outbox.settled).toHaveLength(1);
  });

  it('goes with that of later messages when it was kept', async () => {
    const [early, late] = [aMessage(), aMessage()];
    outbox.put(early);
    lane.wake();
    await pass();
    outbox.failure = new Error('no database');
    await pass(10);
    outbox.failure = undefined;
    await carry(late);
    expect(outbox.settled.map(idsOf)).toEqual([[early.id, late.id]]);
  });

  it('is written by nobody when there is nothing to write', async () => {
    lane.patrol();
    await pass(10);
    await lane.close();
    expect(outbox.settled).toEqual([]);
  });
});

describe('A lane looks at what is new', () => {
  const MINUTE = 60 * SECOND;
  const newest = () => aMessage({ id: idAt(MINUTE) });

  it.each([
    ['newest first', (messages: ClaimedMessage[]) => messages],
    ['newest last', (messages: ClaimedMessage[]) => [...messages].reverse()],
  ])('and at what appears five seconds late, whatever order it gets them in: %s', async (_, ordered) => {
    await carry(...ordered([newest(), aMessage({ id: idAt(MINUTE - 20 * SECOND) })]));
    const [late, tooLate] = [aMessage({ id: idAt(MINUTE - 4 * SECOND) }), aMessage({ id: idAt(MINUTE - 6 * SECOND) })];
    await carry(tooLate, late);
    expect(delivered).toHaveLength(3);
    expect(delivered.at(-1)).toBe(late.id);
    expect(outbox.due).toEqual([tooLate]);
  });

  it('and keeps to that when it found nothing', async () => {
    await carry(newest());
    await carry();
    const old = aMessage({ id: idAt(0) });
    await carry(old);
    expect(outbox.due).toEqual([old]);
  });

  it('but on patrol at everything that was left over', async () => {
    await carry(newest());
    const old = aMessage({ id: idAt(0) });
    await carry(old);
    lane.patrol();
    await pass(10);
    expect(delivered.at(-1)).toBe(old.id);
  });
});

describe('A lane that closes', () => {
  it('finishes what it has in hand and writes it before it is closed', async () => {
    const { gate, open } = aGate();
    deliver = () => gate.then(() => ({ providerId: 'late' }));
    await carry(aMessage());
    let closed = false;
    const closing = lane.close().then(() => (closed = true));
    await pass(SECOND);
    expect(closed).toBe(false);
    open();
    await pass(5);
    await closing;
    expect(outbox.outcomes).toMatchObject([{ state: 'sent', providerId: 'late' }]);
  });

  it('takes up nothing more', async () => {
    await lane.close();
    await carry(aMessage());
    lane.patrol();
    await pass(10);
    expect(outbox.claims).toEqual([]);
    expect(delivered).toEqual([]);
  });

  it('takes up no second batch when it closes during the first', async () => {
    const { gate, open } = aGate();
    deliver = () => gate.then(() => ({ providerId: 'late' }));
    await carry(...many(105));
    const closing = lane.close();
    open();
    await pass(10);
    await closing;
    expect(delivered).toHaveLength(100);
    expect(outbox.outcomes).toHaveLength(100);
    expect(outbox.due).toHaveLength(5);
  });

  it('waits until what is being written is written', async () => {
    const { gate, open } = aGate();
    outbox.put(aMessage());
    lane.wake();
    await pass(4);
    outbox.gate = gate;
    await pass(1);
    let closed = false;
    const closing = lane.close().then(() => (closed = true));
    await pass();
    expect(closed).toBe(false);
    open();
    await closing;
    expect(outbox.outcomes).toHaveLength(1);
  });

  it('tries once more to write what could not be written', async () => {
    outbox.put(aMessage());
    lane.wake();
    await pass();
    outbox.failure = new Error('no database');
    await pass(10);
    outbox.failure = undefined;
    await lane.close();
    expect(outbox.outcomes).toHaveLength(1);
  });
});
