import { RequestInvalid } from '../../common/http/http.errors.js';
import { ensureInOrder, isDay } from './days.js';

describe('A day', () => {
  it.each(['2026-01-01', '2024-02-29', '1000-12-31', '2999-12-31'])('is %s', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    ...['', 'today', '2026', '2026-1-01', '2026-01-1', '26-01-01', '2026-13-01', '2026-02-30', '2025-02-29'],
    ...['0999-01-01', '3000-01-01', '12026-01-01', '2026-01-01T00:00:00Z', ' 2026-01-01', '2026-01-01 ', '2026/01/01'],
    ...['2026-01-011', '2O26-01-01', '2026-aa-01', '2026-01-aa', '2026--01-01'],
  ])('is not %j', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('A range of days', () => {
  /** What is said of a range that is refused; undefined when it is none. */
  function refusalOf(from: string, to: string, most?: number) {
    try {
      ensureInOrder({ from, to }, most);
      return undefined;
    } catch (error) {
      if (error instanceof RequestInvalid) return error.facts.errors;
      throw error;
    }
  }

  it('ends on the day it begins, or later', () => {
    for (const to of ['2026-02-28', '2026-03-01', '9999-12-31']) expect(refusalOf('2026-02-28', to)).toBeUndefined();
    const message = 'Begin on the day of the end, which is today unless named, or before it.';
    expect(refusalOf('2026-03-01', '2026-02-28')).toEqual([{ field: 'from', rule: 'daysInOrder', message }]);
  });

  it('has no more days than it may, both ends included', () => {
    expect(refusalOf('2026-02-27', '2026-03-01', 3)).toBeUndefined();
    const message = 'Ask for at most 3 days at once.';
    expect(refusalOf('2026-02-27', '2026-03-02', 3)).toEqual([{ field: 'from', rule: 'daysAtMost', message }]);
  });
});
