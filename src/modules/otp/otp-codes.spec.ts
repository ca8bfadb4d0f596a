import fc from 'fast-check';
import { type CodeSource, LONGEST_CODE, OtpCodes } from './otp-codes.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const SECRET = 'a secret of the application, thirty-two';
const [PHONE, FIXED] = ['+79990000001', '00824613'];
const TEST_PHONES = { codes: new Map([[PHONE, FIXED]]) };
const source: CodeSource = { challenge: Buffer.alloc(32, 7), purpose: 'sign_in', generation: 1 };

let codes: OtpCodes;

beforeEach(() => {
  codes = new OtpCodes(new RootKey(SECRET), TEST_PHONES);
});

const sources = fc.record({
  challenge: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  purpose: fc.constantFrom('sign_in', 'change_phone'),
  generation: fc.integer({ min: 1, max: 12 }),
});
const lengths = fc.integer({ min: 1, max: LONGEST_CODE });

const generationsUpTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
/** Another code of the same length: each digit is one more. */
const shifted = (code: string) => code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));

describe('A code', () => {
  it('is as many digits as it was asked for', () => {
    fc.assert(
      fc.property(sources, lengths, (of, length) => {
        expect(codes.derive(of, length)).toMatch(new RegExp(`^[0-9]{${length}}$`));
      }),
    );
  });

  it('is the same whenever and wherever it is derived', () => {
    fc.assert(
      fc.property(sources, lengths, (of, length) => {
        const elsewhere = new OtpCodes(new RootKey(SECRET), TEST_PHONES);
        expect(elsewhere.derive(of, length)).toBe(codes.derive(of, length));
      }),
    );
  });

  it('ends with the shorter code of the same source', () => {
    fc.assert(
      fc.property(sources, lengths, (of, length) => {
        expect(codes.derive(of, LONGEST_CODE).endsWith(codes.derive(of, length))).toBe(true);
      }),
    );
  });

  it('stays what it was when the program is updated: a code that is on its way must open', () => {
    const sent = generationsUpTo(3).map((generation) => codes.derive({ ...source, generation }, 8));
    expect(sent).toEqual(['69960925', '20110728', '76602929']);
  });

  it.each<[string, CodeSource]>([
    ['challenge', { ...source, challenge: Buffer.alloc(32, 8) }],
    ['purpose', { ...source, purpose: 'change_phone' }],
    ['generation', { ...source, generation: 2 }],
  ])('is another one for another %s', (_, other) => {
    expect(codes.derive(other, LONGEST_CODE)).not.toBe(codes.derive(source, LONGEST_CODE));
  });

  it('is another one under another secret of the application', () => {
    const elsewhere = new OtpCodes(new RootKey(`${SECRET}, changed`), TEST_PHONES);
    expect(elsewhere.derive(source, LONGEST_CODE)).not.toBe(codes.derive(source, LONGEST_CODE));
  });

  it('begins with any digit, zeros too', () => {
    const first = generationsUpTo(400).map((generation) => codes.derive({ ...source, generation }, LONGEST_CODE)[0]);
    expect([...new Set(first)].sort().join('')).toBe('0123456789');
  });
});

describe('A typed code', () => {
  it('is right when it is the code, digit for digit', () => {
    fc.assert(
      fc.property(sources, lengths, (of, length) => {
        const code = codes.derive(of, length);
        expect(codes.matches(of, length, code)).toBe(true);
        expect(codes.matches(of, length, shifted(code))).toBe(false);
      }),
    );
  });

  it.each([
    ['shorter', (code: string) => code.slice(1)],
    ['longer', (code: string) => `0${code}`],
    ['with a space', (code: string) => `${code} `],
    ['empty', () => ''],
  ])('is wrong when it is %s', (_, spoil) => {
    expect(codes.matches(source, 4, spoil(codes.derive(source, 4)))).toBe(false);
  });
});

describe('A code of an earlier generation', () => {
  const generation = 5;

  it.each([
    [1, 4],
    [2, 4],
    [4, 4],
    [1, 8],
    [4, 8],
    [3, 6],
  ])('is recognised: generation %i, %i digits', (earlier, length) => {
    const typed = codes.derive({ ...source, generation: earlier }, length);
    expect(codes.wasEarlier({ ...source, generation }, typed)).toBe(true);
  });

  it.each([
    ['the present one', (length: number) => codes.derive({ ...source, generation }, length)],
    ['one still to come', (length: number) => codes.derive({ ...source, generation: generation + 1 }, length)],
    ['generation zero', (length: number) => codes.derive({ ...source, generation: 0 }, length)],
    ['a guess', (length: number) => shifted(codes.derive({ ...source, generation: 1 }, length))],
    ['of another challenge', (length: number) => codes.derive({ ...source, challenge: Buffer.alloc(32, 9) }, length)],
  ])('is not %s', (_, code) => {
    expect(codes.wasEarlier({ ...source, generation }, code(LONGEST_CODE))).toBe(false);
  });

  it('is none while there was only one', () => {
    expect(codes.wasEarlier(source, codes.derive(source, 4))).toBe(false);
  });
});

describe('The code of a message', () => {
  const params = { challenge: source.challenge.toString('base64'), purpose: 'sign_in', generation: 1, length: 8 };

  it('is derived from what it was queued with, also for a phone that has a fixed one', () => {
    expect(codes.ofMessage(params, PHONE)).toBe(codes.derive(source, 8));
  });

  it('is the fixed one of its recipient where that opens the challenge', () => {
    expect(codes.ofMessage({ ...params, test: true }, PHONE)).toBe(FIXED);
  });

  it('is one that opens nothing once there is no fixed one', () => {
    expect(codes.ofMessage({ ...params, test: true }, '')).toBe(codes.derive(source, 8));
  });
});
