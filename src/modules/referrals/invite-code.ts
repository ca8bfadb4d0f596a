import { randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O and U, which people take for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 6;

/**
 * A letter, then how a code shows it: by a digit, or another letter, when the alphabet has not this one. Russian letters, second, are
 * shown by what looks like them and by what transliterates them.
 */
const SHOWN_AS = [
  'AA4 BB8 EE3 GG69 I1 L1 O0 SS5 TT7 UV ZZ2',
  'АA4 БB68 ВVB8 ГG ДD ЕE3 ЗZ23 И1N Й1NYJ КK Л1 МM НNH О0 ПP РRP СSC5 ТT7 УVY ХXH Ч4 ЯR9',
];

/**
 * What nobody wants to show to friends as their code: obscenities, insults, words used as such, and figures that stand for them. Stems, as
 * short as they can be recognised: longer words are hardly ever drawn. That a few harmless codes go with them costs nothing.
 */
const UNWANTED = [
  'ANAL ANUS ARSE ASS BITCH COCK CUM CUNT DICK FAG FCK FUC FUK GAY HEIL HOMO KKK NAZI NIG PEDO PENIS PISS PUSS RAPE SEX',
  'SHIT SLUT SUCK TIT WHOR XXX YOB 1488 666',
  'БЛЯ ГАВН ГАНДО ГОВН ГОНДО ДЕРМ ДРОЧ ДУР ЕБА ЕБИ ЕБУ КАКА МАНД МУД НЕГР ПЕДИ ПИД ПИЗД ПОРН СЕКС СРА СУКА СУЧ ТРАХ УРОД',
  'ХАЧ ХЕР ХОХЛ ХУЕ ХУЙ ХУЯ ЧЛЕН ЧМО ЧУРК',
  'BLJA BLYA CHLEN CHMO DROCH HACH JID JOPA ZHID ZHOP',
];

const words = (lines: readonly string[]): string[] => lines.join(' ').split(' ');
const signs = new Map(words(SHOWN_AS).map(([letter, ...looks]) => [letter, `[${looks.join('')}]`]));
const shown = (stem: string): string => stem.replace(/./g, (letter) => signs.get(letter) ?? letter);
const UNPRESENTABLE = new RegExp(words(UNWANTED).map(shown).join('|'));

/** Whether a code may be given to somebody. Codes that people type are not asked this: old ones stay good when the list grows. */
export const isPresentable = (code: string): boolean => !UNPRESENTABLE.test(code);

/** A new invite code: six characters, at least one digit and one letter, no unwanted word. An identifier, not a secret. */
export function newInviteCode(): string {
  for (;;) {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/[0-9]/.test(code) && /[A-Z]/.test(code) && isPresentable(code)) return code;
  }
}

/** White space (U+FEFF is some), dashes, the minus sign, and what cannot be seen: soft hyphen, zero-width space, word joiner. */
const SEPARATORS = /[\s\p{Pd}\u2212\u00AD\u200B\u2060]/gu;

const pairs = (typed: string, meant: string): [string, string][] =>
  Array.from(typed, (character, index) => [character, meant.charAt(index)]);

/**
 * What people type for each character, and nothing else: folding case or form by the rules of Unicode would let in characters that are
 * nobody's (`ſ`, the Kelvin sign, full-width letters). Cyrillic letters mean the Latin ones that look the same as capitals.
 */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...pairs(ALPHABET, ALPHABET),
  ...pairs('abcdefghjkmnpqrstvwxyz', 'ABCDEFGHJKMNPQRSTVWXYZ'),
  ...pairs('OoIiLl', '001111'),
  ...pairs('АВЕКМНОРСТУХ', 'ABEKMH0PCTYX'),
  ...pairs('авекмнорстух', 'ABEKMH0PCTYX'),
]);

/** The invite code that a person means, as it is stored; undefined when the text can be nobody's. Whether it is somebody's is not asked. */
export function readInviteCode(text: string): string | undefined {
  const meant = Array.from(text.replace(SEPARATORS, ''), (character) => MEANT.get(character));
  return meant.length === LENGTH && !meant.includes(undefined) ? meant.join('') : undefined;
}
