import fc from 'fast-check';
import { smsSegments } from './sms-length.js';

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';

/** What one part of a longer text holds, found by trying every length; as slow as the standard is written. */
function firstPart(text: string, places: (text: string) => number, limit: number): string {
  const beginnings = Array.from({ length: text.length }, (_, index) => text.slice(0, index + 1));
  const whole = beginnings.filter((part) => !/[\ud800-\udbff]$/.test(part));
  return whole.filter((part) => places(part) <= limit).at(-1) ?? text;
}

function partsOf(text: string, places: (text: string) => number, limit: number): string[] {
  if (text === '') return [];
  const part = firstPart(text, places, limit);
  return [part, ...partsOf(text.slice(part.length), places, limit)];
}

/** The same by counting bits: an escape goes before a sign of the extension table, and goes with it. */
function billedSlowly(text: string): number {
  const isGsm = [...text].every((sign) => (BASIC + EXTENDED).includes(sign));
  const escaped = (part: string) => part.replace(/[\f^{}\\[~\]|€]/g, '??').length;
  const places = isGsm ? escaped : (part: string) => Buffer.from(part, 'utf16le').length / 2;
  const [single, limit] = isGsm ? [160, 153] : [70, 67];
  return places(text) <= single ? 1 : partsOf(text, places, limit).length;
}

describe('A text message is billed', () => {
  it.each([
    ['of the basic alphabet', 'a', 160, 153],
    ['of Cyrillic', 'я', 70, 67],
    ['of one sign that GSM has not among many it has', 'ç', 70, 67],
  ])('by its length when it is %s', (_, character, single, part) => {
    const billed = [0, 1, single, single + 1, 2 * part, 2 * part + 1, 3 * part, 3 * part + 1];
    expect(billed.map((length) => smsSegments(character.repeat(length)))).toEqual([1, 1, 1, 2, 2, 3, 3, 4]);
  });

  it.each([...EXTENDED])('with two places for %j', (character) => {
    expect(smsSegments(character.repeat(80))).toBe(1);
    expect(smsSegments(character.repeat(81))).toBe(2);
    expect(smsSegments('a'.repeat(158) + character)).toBe(1);
    expect(smsSegments('a'.repeat(159) + character)).toBe(2);
  });

  it('with one place for each sign of the basic alphabet', () => {
    const signs = fc.constantFrom(...BASIC);
    fc.assert(
      fc.property(fc.array(signs, { minLength: 71, maxLength: 160 }), (text) => {
        expect(smsSegments(text.join(''))).toBe(1);
      }),
    );
  });

  it('as UCS-2 as a whole when a single sign is outside GSM', () => {
    expect(smsSegments('a'.repeat(70))).toBe(1);
    expect(smsSegments(`${'a'.repeat(70)}ё`)).toBe(2);
    expect(smsSegments(`ё${'a'.repeat(69)}`)).toBe(1);
  });

  it('with two places for a sign beyond the 16 bits of UCS-2', () => {
    expect(smsSegments('😀'.repeat(35))).toBe(1);
    expect(smsSegments('😀'.repeat(36))).toBe(2);
  });

  it.each([
    ['a', '€', 152],
    ['я', '😀', 66],
  ])('without dividing a sign that takes two places between two messages: %s and %s', (one, two, before) => {
    const rest = one.repeat(before - 1);
    expect(smsSegments(`${one.repeat(before)}${two}${rest}`)).toBe(2);
    expect(smsSegments(`${one.repeat(before)}${two}${rest}${one}`)).toBe(3);
  });

  it.each([
    ['GSM', [...BASIC, ...EXTENDED]],
    ['Cyrillic and emoji', ['я', 'ж', '😀', '👍', 'a', '€']],
    ['anything', [...BASIC, ...EXTENDED, 'я', '😀']],
  ])('as by the slow way of counting, for texts of %s', (_, signs) => {
    const texts = fc.array(fc.constantFrom(...signs), { maxLength: 700, size: 'max' }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(smsSegments(text)).toBe(billedSlowly(text));
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });
});
