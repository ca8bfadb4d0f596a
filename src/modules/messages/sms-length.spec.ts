import fc from 'fast-check';
import { smsSegments } from './sms-length.js';

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';

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
});
