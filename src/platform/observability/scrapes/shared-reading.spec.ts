import { SharedReading } from './shared-reading.js';

let looks: number;

beforeEach(() => {
  looks = 0;
  jest.useFakeTimers();
});

afterEach(() => jest.useRealTimers());

/** Counts the looks, and answers which one it was. */
const counting = () => new SharedReading(async () => (looks += 1));

describe('What scrapes look up together', () => {
  it('is looked up once, however many ask at once', async () => {
    const reading = counting();
    expect(await Promise.all([reading.value(), reading.value(), reading.value()])).toEqual([1, 1, 1]);
  });

  it('is looked up again after five seconds, not before', async () => {
    const reading = counting();
    await reading.value();
    jest.advanceTimersByTime(4_999);
    expect(await reading.value()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await reading.value()).toBe(2);
  });

  it('is nothing where the look fails, and that is not tried again at once', async () => {
    const reading = new SharedReading(() => {
      looks += 1;
      return Promise.reject(new Error('away'));
    });
    expect([await reading.value(), await reading.value()]).toEqual([undefined, undefined]);
    expect(looks).toBe(1);
  });

  it('is nothing after a second where the look hangs; no other look is begun beside it', async () => {
    const reading = new SharedReading(() => {
      looks += 1;
      return new Promise<number>(() => undefined);
    });
    const asked = [reading.value(), reading.value()];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    const later = reading.value();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await later).toBeUndefined();
    expect(looks).toBe(1);
  });
});
