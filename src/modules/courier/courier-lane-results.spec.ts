import { idsOf, LaneStage, many } from '../../../test/support/lane.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { aGate, aMessage } from '../../../test/support/memory-outbox.js';

const warnings = keepWarnings();
let stage: LaneStage;

beforeEach(() => {
  jest.useFakeTimers();
  stage = new LaneStage();
});

afterEach(() => jest.useRealTimers());

describe('What became of messages', () => {
  it('is written together for those that were done within five milliseconds', async () => {
    stage.outbox.put(...many(3));
    stage.lane.wake();
    await stage.pass(4);
    expect(stage.delivered).toHaveLength(3);
    expect(stage.outbox.settled).toEqual([]);
    await stage.pass(1);
    expect(stage.outbox.settled.map(idsOf)).toEqual([stage.delivered]);
    await stage.carry(aMessage());
    expect(stage.outbox.settled).toHaveLength(2);
  });

  it('is written at once for those that were done while others were written', async () => {
    const { gate, open } = aGate();
    await stage.carry();
    stage.outbox.put(aMessage());
    stage.lane.wake();
    await stage.pass(1);
    stage.outbox.put(...many(2));
    stage.lane.wake();
    await stage.pass(1);
    stage.outbox.gate = gate;
    await stage.pass(3);
    expect(stage.outbox.settled).toEqual([]);
    open();
    await stage.pass();
    expect(stage.outbox.settled.map(idsOf)).toEqual([stage.delivered]);
  });

  it('is kept while it cannot be written, says so, and is written by the next patrol, oldest first', async () => {
    const message = aMessage();
    stage.outbox.put(message);
    stage.lane.wake();
    await stage.pass();
    stage.outbox.failure = new Error('no database');
    await stage.pass(10);
    stage.outbox.failure = 'odd';
    stage.lane.patrol();
    await stage.pass(10);
    expect(warnings.filter((line) => line.startsWith('results'))).toEqual([
      'results cannot be written: no database',
      'results cannot be written: unknown error',
    ]);
    stage.outbox.failure = undefined;
    stage.lane.patrol();
    await stage.pass(10);
    expect(idsOf(stage.outbox.outcomes)).toEqual([message.id]);
    stage.lane.patrol();
    await stage.pass(10);
    expect(stage.outbox.settled).toHaveLength(1);
  });

  it('goes with that of later messages when it was kept', async () => {
    const [early, late] = [aMessage(), aMessage()];
    stage.outbox.put(early);
    stage.lane.wake();
    await stage.pass();
    stage.outbox.failure = new Error('no database');
    await stage.pass(10);
    stage.outbox.failure = undefined;
    await stage.carry(late);
    expect(stage.outbox.settled.map(idsOf)).toEqual([[early.id, late.id]]);
  });

  it('is written by nobody when there is nothing to write', async () => {
    stage.lane.patrol();
    await stage.pass(10);
    await stage.lane.close();
    expect(stage.outbox.settled).toEqual([]);
  });
});

describe('A lane that closes', () => {
  it('finishes what it has in hand and writes it before it is closed', async () => {
    const { gate, open } = aGate();
    stage.deliver = () => gate.then(() => ({ providerId: 'late' }));
    await stage.carry(aMessage());
    let closed = false;
    const closing = stage.lane.close().then(() => (closed = true));
    await stage.pass(1_000);
    expect(closed).toBe(false);
    open();
    await stage.pass(5);
    await closing;
    expect(stage.outbox.outcomes).toMatchObject([{ state: 'sent', providerId: 'late' }]);
  });

  it('takes up nothing more', async () => {
    await stage.lane.close();
    await stage.carry(aMessage());
    stage.lane.patrol();
    await stage.pass(10);
    expect(stage.outbox.claims).toEqual([]);
    expect(stage.delivered).toEqual([]);
  });

  it('takes up no second batch when it closes during the first', async () => {
    const { gate, open } = aGate();
    stage.deliver = () => gate.then(() => ({ providerId: 'late' }));
    await stage.carry(...many(105));
    const closing = stage.lane.close();
    open();
    await stage.pass(10);
    await closing;
    expect(stage.delivered).toHaveLength(100);
    expect(stage.outbox.outcomes).toHaveLength(100);
    expect(stage.outbox.due).toHaveLength(5);
  });

  it('waits until what is being written is written', async () => {
    const { gate, open } = aGate();
    stage.outbox.put(aMessage());
    stage.lane.wake();
    await stage.pass(4);
    stage.outbox.gate = gate;
    await stage.pass(1);
    let closed = false;
    const closing = stage.lane.close().then(() => (closed = true));
    await stage.pass();
    expect(closed).toBe(false);
    open();
    await closing;
    expect(stage.outbox.outcomes).toHaveLength(1);
  });

  it('tries once more to write what could not be written', async () => {
    stage.outbox.put(aMessage());
    stage.lane.wake();
    await stage.pass();
    stage.outbox.failure = new Error('no database');
    await stage.pass(10);
    stage.outbox.failure = undefined;
    await stage.lane.close();
    expect(stage.outbox.outcomes).toHaveLength(1);
  });

  it('finishes also what it was just claiming', async () => {
    const { gate, open } = aGate();
    stage.outbox.gate = gate;
    await stage.carry(aMessage());
    let closed = false;
    const closing = stage.lane.close().then(() => (closed = true));
    await stage.pass(1_000);
    expect(closed).toBe(false);
    open();
    await stage.pass(10);
    await closing;
    expect(stage.outbox.outcomes).toMatchObject([{ state: 'sent' }]);
  });
});
