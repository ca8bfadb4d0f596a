import { retryAfterSecondsOf } from './retry-after.js';

const NOW = 'Fri, 20 Nov 2026 10:00:00 GMT';

describe('When the gateway may be asked again', () => {
  it.each([
    ['7', 7],
    [' 30 ', 30],
    ['0', 1],
    ['86400', 3_600],
    ['9999999999', 3_600],
    ['Fri, 20 Nov 2026 10:01:30 GMT', 90],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 1],
    ['Sat, 21 Nov 2026 10:00:00 GMT', 3_600],
  ])('%p is %i seconds later', (written, seconds) => {
    expect(retryAfterSecondsOf({ 'retry-after': written, date: NOW })).toBe(seconds);
  });

  it.each(['', 'soon', '-5', '1.5.2', '99999999999'])('%p tells nothing', (written) => {
    expect(retryAfterSecondsOf({ 'retry-after': written, date: NOW })).toBeUndefined();
  });

  it('is not told by a moment without another one to count from, nor by nothing, nor by two', () => {
    expect(retryAfterSecondsOf({ 'retry-after': NOW })).toBeUndefined();
    expect(retryAfterSecondsOf({ date: NOW })).toBeUndefined();
    expect(retryAfterSecondsOf({ 'retry-after': ['1', '2'], date: NOW })).toBeUndefined();
  });
});
