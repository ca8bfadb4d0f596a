import { Gate } from './gate.js';

/** Work that ends when it is told to. */
function aTask() {
  let finish: () => void = () => undefined;
  let begun = false;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const work = async () => {
    begun = true;
    await ended;
  };
  return { work, finish, hasBegun: () => begun };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('A gate', () => {
  const gate = () => new Gate({ atOnce: 2, waiting: 2, patienceMs: 1_000 });

  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('answers what the work answers, and fails as it fails', async () => {
    const one = gate();
    expect(await one.through(async () => 7)).toBe(7);
    await expect(one.through(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('lets two through at once, and the others in their order', async () => {
    const one = gate();
    const tasks = [aTask(), aTask(), aTask(), aTask()];
    const newcomer = aTask();
    const done = tasks.map(({ work }) => one.through(work));
    const begun = () => tasks.map(({ hasBegun }) => hasBegun());
    expect(begun()).toEqual([true, true, false, false]);
    tasks[1]?.finish();
    await settled();
    expect(begun()).toEqual([true, true, true, false]);
    done.push(one.through(newcomer.work));
    await settled();
    expect(newcomer.hasBegun()).toBe(false);
    [...tasks, newcomer].forEach(({ finish }) => finish());
    await Promise.all(done);
    expect(begun()).toEqual([true, true, true, true]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('refuses at once when the line is full', async () => {
    const one = gate();
    const tasks = Array.from({ length: 4 }, aTask);
    const done = tasks.map(({ work }) => one.through(work));
    await expect(one.through(async () => 1)).rejects.toMatchObject({ message: 'avatars.busy' });
    tasks.forEach(({ finish }) => finish());
    await Promise.all(done);
    expect(await one.through(async () => 1)).toBe(1);
  });

  it('lets nobody wait longer than a second, and forgets whoever went', async () => {
    const one = gate();
    const [first, second, late] = [aTask(), aTask(), aTask()];
    const done = [one.through(first.work), one.through(second.work)];
    const refused = expect(one.through(late.work)).rejects.toMatchObject({ message: 'avatars.busy' });
    jest.advanceTimersByTime(1_000);
    await refused;
    first.finish();
    second.finish();
    await Promise.all(done);
    expect(late.hasBegun()).toBe(false);
    const next = [aTask(), aTask()];
    const again = next.map(({ work }) => one.through(work));
    expect(next.map(({ hasBegun }) => hasBegun())).toEqual([true, true]);
    next.forEach(({ finish }) => finish());
    await Promise.all(again);
  });

  it('has room again after work that failed', async () => {
    const one = gate();
    for (let round = 0; round < 5; round += 1) {
      await expect(one.through(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    }
    expect(await one.through(async () => 1)).toBe(1);
  });
});
