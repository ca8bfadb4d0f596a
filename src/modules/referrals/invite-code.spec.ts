import fc from 'fast-check';
import { isPresentable, newInviteCode, readInviteCode } from './invite-code.js';

/** How each character is written: first as it is stored; after Latin letters the Cyrillic ones that look the same as capitals. */
const SPELLINGS = [
  ...['0OoОо', '1IiLl', '2', '3', '4', '5', '6', '7', '8', '9'],
  ...['AaАа', 'BbВв', 'CcСс', 'Dd', 'EeЕе', 'Ff', 'Gg', 'HhНн', 'Jj', 'KkКк', 'MmМм'],
  ...['Nn', 'PpРр', 'Qq', 'Rr', 'Ss', 'TtТт', 'Vv', 'Ww', 'XxХх', 'YyУу', 'Zz'],
];
const WRITTEN = SPELLINGS.join('');
const SYMBOLS = SPELLINGS.map((spelling) => spelling.charAt(0));
const BETWEEN = String.raw`[\p{Z}\p{Pd}\t-\r\u2212\xAD\u200B\u2060\uFEFF]`;

const separates = (character: string) => new RegExp(`^${BETWEEN}$`, 'u').test(character);
const isStrange = (character: string) => !separates(character) && !WRITTEN.includes(character);
const spellingOf = (sign: string) => SPELLINGS.findIndex((spelling) => spelling.includes(sign));

/** What the text means, asked of the whole text at once. */
const WHOLE = new RegExp(`^${BETWEEN}*${`([${WRITTEN}])${BETWEEN}*`.repeat(6)}$`, 'u');
const meaningOf = (text: string) =>
  WHOLE.exec(text)
    ?.slice(1)
    .map((sign) => SYMBOLS[spellingOf(sign)])
    .join('');

// Texts are short as they are drawn, and looking for the shortest that breaks a rule can take minutes.
fc.configureGlobal({ endOnFailure: true });

const symbols = fc.constantFrom(...SYMBOLS);
const codes = fc.array(symbols, { minLength: 6, maxLength: 6 }).map((all) => all.join(''));
const spaces = fc.constantFrom(...' \t\r\n\u00A0\u2007\u2028\u202F\u3000\u200B\u2060\uFEFF');
const dashes = fc.constantFrom(...'-\u2010\u2011\u2012\u2013\u2014\u2212\u00AD\uFF0D');
const separators = fc.array(fc.oneof(spaces, dashes), { maxLength: 3 }).map((all) => all.join(''));
const anything = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
  fc.constantFrom('\uD835', '\uDC00', ...'UuЗзіІёЁлЛüÉıİſKﬁΑΟ٣１Ａ.,_#/\u0301'),
);
const strangers = anything.filter(isStrange);

/** A code as somebody writes it: what stands before it, then its characters, each with what separates it from the next. */
const writingOf = (code: string) =>
  fc.tuple(
    separators,
    ...Array.from(code, (symbol) =>
      fc.tuple(fc.constantFrom(...(SPELLINGS[spellingOf(symbol)] ?? '')), separators).map((both) => both.join('')),
    ),
  );
const writings = codes.chain((code) => writingOf(code).map((parts) => ({ code, parts, text: parts.join('') })));

/** The writing with something before the part at an index, or with something else for that part. */
const inserting = (parts: readonly string[], at: number, text: string) =>
  [...parts.slice(0, at), text, ...parts.slice(at)].join('');
const replacing = (parts: readonly string[], at: number, text = '') =>
  [...parts.slice(0, at), text, ...parts.slice(at + 1)].join('');

describe('A code that is typed', () => {
  it.each([
    ['as it is shown', 'K7M2QX', 'K7M2QX'],
    ['in lower case', 'k7m2qx', 'K7M2QX'],
    ['in halves', 'K7M-2QX', 'K7M2QX'],
    ['with spaces around it and in it', '  K7M  2 QX ', 'K7M2QX'],
    ['with the spaces of documents', 'K7M\u00A02\u202FQ\u2009X', 'K7M2QX'],
    ['over several lines', '\tK7M\r\n2QX\u2028', 'K7M2QX'],
    ['with what cannot be seen', '\uFEFFK\u200B7\u2060M2\u00ADQX', 'K7M2QX'],
    ['with dashes that editors make of hyphens', 'K\u20107\u2011M\u20132\u2014Q\u2212X', 'K7M2QX'],
    ['with the letter O', 'KO7oQX', 'K070QX'],
    ['with the letters I and L', 'ILilQX', '1111QX'],
    ['in Russian capitals', 'АВЕКМН', 'ABEKMH'],
    ['in Russian capitals, the others', 'ОРСТУХ', '0PCTYX'],
    ['in Russian small letters', 'авекмн', 'ABEKMH'],
    ['in Russian small letters, the others', 'орстух', '0PCTYX'],
    ['half on a Russian keyboard', 'К7м-2QХ', 'K7M2QX'],
    ['although nobody would be given it today', 'SEX-666', 'SEX666'],
  ])('is read %s', (_, typed, meant) => {
    expect(readInviteCode(typed)).toBe(meant);
  });

  it.each([
    ['nothing', ''],
    ['separators only', ' - \u200B-'],
    ['five characters', 'K7M2Q'],
    ['seven', 'K7M2QX7'],
    ['two codes', 'K7M2QX K7M2QX'],
    ['the letter U', 'K7MUQX'],
    ['a small u', 'k7muqx'],
    ['a point', 'K7M.2QX'],
    ['an underscore', 'K7M_2QX'],
    ['quotes', '"K7M2QX"'],
    ['a link', 'https://example.com/i/K7M2QX'],
    ['a full-width letter', 'Ｋ7M2QX'],
    ['an Arabic digit', 'K٧M2QX'],
    ['a full-width digit', 'K７M2QX'],
    ['an accent', 'K7M2QÉ'],
    ['an accent of its own', 'K7M2QE\u0301'],
    ['an I without its dot', 'K7M2Qı'],
    ['an I with a dot', 'K7M2Qİ'],
    ['a long s', 'K7M2Qſ'],
    ['the sign of kelvins', '\u212A7M2QX'],
    ['a Ukrainian letter', 'K7M2QІ'],
    ['a small Ukrainian letter', 'K7M2Qі'],
    ['a Russian letter that looks like a digit', 'K7M2QЗ'],
    ['a Russian letter with dots', 'K7M2QЁ'],
    ['a Greek letter', '\u03917M2QX'],
    ['a letter of mathematics', '𝐀7M2QX'],
    ['half of a character', '\uD8357M2QX'],
    ['a mark of direction', '\u200EK7M2QX'],
    ['an emoji', 'K7M2QX🎁'],
  ])("is nobody's with %s", (_, typed) => {
    expect(readInviteCode(typed)).toBeUndefined();
  });

  it('is the same code however people write it', () => {
    fc.assert(
      fc.property(writings, ({ code, text }) => {
        expect(readInviteCode(text)).toBe(code);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays what it is when it was read before', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(readInviteCode(code)).toBe(code);
      }),
    );
  });

  it('is never read as another code', () => {
    const twoCodes = fc.tuple(writings, symbols, fc.nat(5)).filter(([{ code }, symbol, at]) => code[at] !== symbol);
    fc.assert(
      fc.property(twoCodes, fc.gen(), ([{ code, text }, symbol, at], draw) => {
        const other = code.slice(0, at) + symbol + code.slice(at + 1);
        const otherText = draw(() => writingOf(other)).join('');
        expect(readInviteCode(text)).not.toBe(other);
        expect(readInviteCode(otherText)).not.toBe(readInviteCode(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is nobody's with any other character in it, or in the place of one of its own", () => {
    fc.assert(
      fc.property(writings, strangers, fc.nat(6), ({ parts }, stranger, at) => {
        expect(readInviteCode(inserting(parts, at, stranger))).toBeUndefined();
        expect(readInviteCode(replacing(parts, at, stranger))).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it("is nobody's with a character too many or too few", () => {
    fc.assert(
      fc.property(writings, fc.constantFrom(...WRITTEN), fc.integer({ min: 1, max: 6 }), ({ parts }, sign, at) => {
        expect(readInviteCode(inserting(parts, at, sign))).toBeUndefined();
        expect(readInviteCode(replacing(parts, at))).toBeUndefined();
      }),
    );
  });

  it('is read or not, whatever the text', () => {
    const pieces = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...WRITTEN) },
      { weight: 2, arbitrary: separators },
      anything,
    );
    const texts = fc.oneof(
      fc.array(pieces, { minLength: 4, maxLength: 9 }).map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(readInviteCode(text)).toBe(meaningOf(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is made of these characters and separated by those, and no others of the first two planes of Unicode', () => {
    const all = Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point));
    const isRead = (text: string) => readInviteCode(text) !== undefined;
    const misread = all.filter(
      (sign) => isRead(`K7M2Q${sign}`) !== WRITTEN.includes(sign) || isRead(`K7M${sign}2QX`) !== separates(sign),
    );
    // A few say enough: to print the difference of a hundred thousand takes longer than anybody waits.
    expect(misread.slice(0, 9)).toEqual([]);
  });
});

describe('A new code', () => {
  let drawn: string[];

  beforeEach(() => {
    drawn = Array.from({ length: 20_000 }, newInviteCode);
  });

  it('is six characters, none of which is taken for another', () => {
    expect(drawn.filter((code) => !/^[0-9A-HJKMNP-TV-Z]{6}$/.test(code))).toEqual([]);
  });

  it('has a digit and a letter', () => {
    expect(drawn.filter((code) => !/[0-9]/.test(code) || !/[A-Z]/.test(code))).toEqual([]);
  });

  it('may be shown to anybody', () => {
    expect(drawn.filter((code) => !isPresentable(code))).toEqual([]);
  });

  it('has any character in any place', () => {
    const places = Array.from({ length: 6 }, (_, place) => new Set(drawn.map((code) => code[place])));
    expect(places.map((seen) => seen.size)).toEqual([32, 32, 32, 32, 32, 32]);
  });

  it('has every character about as often: digits somewhat more, as it must have one', () => {
    const text = drawn.join('');
    const shares = SYMBOLS.map((symbol) => (32 * (text.split(symbol).length - 1)) / text.length);
    expect(Math.min(...shares)).toBeGreaterThan(0.8);
    expect(Math.max(...shares)).toBeLessThan(1.25);
  });

  it('is hardly ever one that was drawn before', () => {
    expect(new Set(drawn).size).toBeGreaterThan(drawn.length - 8);
  });
});

describe('A code that nobody would like to show', () => {
  it.each([
    ['an English word', 'AN41Q2 4RSEQ2 FVC2Q7 SEX7Q2 2QFAG7 7XXXQ2 GAYQ27 FCK2Q7 KKK7Q2 RAPE27'],
    [
      'one with digits for letters',
      'SH1T2Q 5H172Q C0CK2Q D1CK7Q 4SS2Q7 A55Q27 P0RN2Q PEN152 T1TQ27 P3D0Q2 81TCH7 WH0R3Q P155Q2',
    ],
    ['one with V for U', 'FVCK2Q FVK2Q7 CVM2Q7 CVNT2Q 5VCKQ7 51VT2Q PVSS27 ANVS2Q'],
    ['an insult', 'N1GQ27 N1627Q N1927Q H0M0Q2 Y0B2Q7 Y082Q7 F492Q7'],
    ['a sign of Nazis', 'NAZ1Q2 N4217Q HE112Q H3112Q 14882Q Q71488'],
    ['the number of the beast', '666Q2A Q2666A'],
    [
      'a Russian word in letters that look Cyrillic',
      'XYE2Q7 XEP2Q7 X3P2Q7 CYKA2Q CYK427 CPA2Q7 MYD2Q7 CEKC27 KAKA27 HEGP27',
    ],
    [
      'one with digits for Russian letters',
      'XY12Q7 6192Q7 61R2Q7 E642Q7 P13D2Q 4M0Q27 41EH7Q X0X12Q XA42Q7 4YPK2Q DR0427 CY427Q D3617Q P12D7Q G08H2Q G0BH2Q 5PA2Q7 7PAX2Q',
    ],
    [
      'a Russian word in transliteration',
      'HVY2Q7 XVJ2Q7 HVE2Q7 XER2Q7 SVKA2Q P1ZD2Q P1D2Q7 P0RN27 G0VN2Q GAVN27 GAND02 G0ND02 EBA2Q7',
    ],
    [
      'more of them',
      'B1YA2Q B1JA2Q EBV2Q7 EBN2Q7 DERM27 DEB127 DVR2Q7 MAND27 NEGR27 PED127 TRAX27 TRAH27 VR0D27 YP0D27 HYR2Q7',
    ],
    ['one with two Latin letters for a Russian one', 'CHM0Q2 CH1EN2 CHVRK2 DR0CH2 HACHQ2 ZH1DQ2 J1DQ27 ZH0PQ2 J0PAQ2'],
    ['one with N for its mirror image', 'XYN2Q7 XYJ2Q7 XY92Q7 PND2Q7 PN3D2Q D38N2Q P0PH2Q'],
  ])('is not given out: %s', (_, refused) => {
    expect(refused.split(' ').filter(isPresentable)).toEqual([]);
  });

  it.each(['K7M2QX', 'A1B2C3', 'T0MAT0', 'M0SKVA', 'PR1VET', 'SSX144', 'CYXAR1', '123456', '88H14Q', 'XEN0N5'])(
    'is not %s',
    (code) => {
      expect(isPresentable(code)).toBe(true);
    },
  );

  it('is one of few: codes do not run out', () => {
    const refused = fc.sample(codes, { numRuns: 20_000, seed: 1 }).filter((code) => !isPresentable(code));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(20_000 * 0.03);
  });
});
