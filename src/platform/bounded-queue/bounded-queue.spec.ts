import { BoundedQueue } from './bounded-queue.js';

class Busy extends Error {}

const LIMITS = { parallelism: 2, longestWaitMs: 2_000, typicalMs: 10 };

/** Work that ends when the test says so. */
class Work {
  started = false;
  end!: (result?: string) => void;
  fail!: (error: Error) => void;

  readonly run = (): Promise<string> => {
    this.started = true;
    return new Promise((resolve, reject) => {
      this.end = (result = 'done') => resolve(result);
      this.fail = reject;
    });
  };
}

const works = (count: number) => Array.from({ length: count }, () => new Work());
const startedOf = (all: readonly Work[]) => all.map(({ started }) => started);
/** Lets everything happen that waits for no timer. */
const settle = () => jest.advanceTimersByTimeAsync(0);

/** How a place in the queue ends, as text. */
const outcomeOf = (place: Promise<string>) =>
  place.catch((error: unknown) => (error instanceof Busy ? 'busy' : 'failed'));

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('A queue in front of dear work', () => {
  it('runs as many at once as it may, and the others in the order of their coming', async () => {
    const queue = new BoundedQueue(LIMITS, () => new Busy());
    const all = works(4);
    const outcomes = all.map((work) => outcomeOf(queue.run(work.run)));
    await settle();
    expect(startedOf(all)).toEqual([true, true, false, false]);
    all[1]?.end('second');
    await settle();
    expect(startedOf(all)).toEqual([true, true, true, false]);
    all[0]?.end('first');
    await settle();
    expect(startedOf(all)).toEqual([true, true, true, true]);
    all.slice(2).forEach((work) => work.end());
    expect(await Promise.all(outcomes)).toEqual(['first', 'second', 'done', 'done']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives the place of a failed one to the next, and tells of the failure', async () => {
    const queue = new BoundedQueue({ ...LIMITS, parallelism: 1 }, () => new Busy());
    const [first, second] = [new Work(), new Work()];
    const outcomes = [first, second].map((work) => outcomeOf(queue.run(work.run)));
    await settle();
    first.fail(new Error('out of memory'));
    await settle();
    second.end();
    expect(await Promise.all(outcomes)).toEqual(['failed', 'done']);
  });

  it('lets nobody past those who wait', async () => {
    const queue = new BoundedQueue({ ...LIMITS, parallelism: 1 }, () => new Busy());
    const [first, second, late] = [new Work(), new Work(), new Work()];
    void queue.run(first.run);
    void queue.run(second.run);
    await settle();
    first.end();
    const place = queue.run(late.run);
    await settle();
    expect([second.started, late.started]).toEqual([true, false]);
    second.end();
    await settle();
    late.end();
    await expect(place).resolves.toBe('done');
  });

  it('is free again when all is done', async () => {
    const queue = new BoundedQueue(LIMITS, () => new Busy());
    for (let round = 0; round < 3; round += 1) {
      const all = works(2);
      all.forEach((work) => void queue.run(work.run));
      await settle();
      expect(startedOf(all)).toEqual([true, true]);
      all.forEach((work) => work.end());
      await settle();
    }
  });

  it('tells whoever waited for two seconds that it is busy, and never does their work', async () => {
    const queue = new BoundedQueue({ ...LIMITS, parallelism: 1 }, () => new Busy());
    const [running, waiting] = [new Work(), new Work()];
    void queue.run(running.run);
    const outcome = outcomeOf(queue.run(waiting.run));
    let known: string | undefined;
    void outcome.then((text) => (known = text));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(known).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(known).toBe('busy');
    running.end();
    await settle();
    expect(waiting.started).toBe(false);
    const next = new Work();
    void queue.run(next.run);
    await settle();
    expect(next.started).toBe(true);
  });

  it('refuses at once whoever could not be in time', async () => {
    const queue = new BoundedQueue({ ...LIMITS, typicalMs: 500 }, () => new Busy());
    const outcomes = works(11).map((work) => outcomeOf(queue.run(work.run)));
    await settle();
    // Two run; the eighth of those who wait starts when eight times 500 ms are done by two.
    expect(jest.getTimerCount()).toBe(8);
    await expect(outcomes[10]).resolves.toBe('busy');
  });

  it.each([
    ['no longer than thought', 100, 20],
    // 100 ms, and an eighth of the 8 s that it took longer.
    ['longer', 8_100, 1],
    ['shorter', 20, 22],
  ])('learns from what it sees how long work takes: %s', async (_, tookMs, mayWait) => {
    const queue = new BoundedQueue({ ...LIMITS, parallelism: 1, typicalMs: 100 }, () => new Busy());
    await jest.advanceTimersByTimeAsync(5_000);
    const first = new Work();
    void queue.run(first.run);
    await jest.advanceTimersByTimeAsync(tookMs);
    first.end();
    await settle();
    const outcomes = works(mayWait + 2).map((work) => outcomeOf(queue.run(work.run)));
    await settle();
    expect(jest.getTimerCount()).toBe(mayWait);
    await expect(outcomes[mayWait + 1]).resolves.toBe('busy');
  });
});
