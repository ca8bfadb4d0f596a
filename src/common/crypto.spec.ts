import { newId, randomBytes } from './crypto.js';

describe('Random bytes', () => {
  it('are as many as were asked for, and nobody gets what another got', () => {
    // Sizes that do not divide what is drawn at a time, for several drawings.
    const drawn = Array.from({ length: 3_000 }, (_, index) => randomBytes(16 + (index % 17)));
    expect(drawn.map(({ length }) => length)).toEqual(drawn.map((_, index) => 16 + (index % 17)));
    const windows = drawn.flatMap((bytes) =>
      [bytes.subarray(0, 8), bytes.subarray(-8)].map((part) => part.toString('hex')),
    );
    expect(new Set(windows).size).toBe(windows.length);
  });

  it('are the caller’s own: whatever is done with them changes no others', () => {
    const [one, other] = [randomBytes(16), randomBytes(16)];
    const before = other.toString('hex');
    one.fill(0);
    expect(other.toString('hex')).toBe(before);
  });
});

describe('An identifier', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is a UUIDv7', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ['within a millisecond', 0],
    ['when the clock goes back', -50],
  ])('is greater than the one before, also %s', (_, step) => {
    const now = jest.spyOn(Date, 'now');
    let time = Date.UTC(2_030, 0);
    const ids = Array.from({ length: 1_000 }, () => {
      now.mockReturnValue((time += step));
      return newId();
    });
    expect(ids).toEqual([...new Set(ids)].sort());
  });
});
