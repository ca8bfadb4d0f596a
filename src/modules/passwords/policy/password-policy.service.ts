import { Injectable } from '@nestjs/common';
import type { Contact } from '../../../common/contact.js';
import { AppConfig } from '../../../config/config.js';
import { commonPasswords } from './common-passwords.js';
import { PasswordAboutYou, PasswordLengthWrong, PasswordTooCommon } from '../passwords.errors.js';

/** Whose password it will be, and where it was typed. */
export interface PasswordContext {
  /** Name of the field that refusals tell of, e.g. `newPassword`. */
  readonly field: string;
  readonly contacts?: readonly Contact[];
  /** First, last, user and other names; those that a person has not are left out or null. */
  readonly names?: readonly (string | null)[];
}

const SHORTEST = 8;
const LONGEST = 128;

/** The keys of a Russian keyboard and what they type on an English one. */
const RUSSIAN_KEYS = 'йцукенгшщзхъфывапролджэячсмитьбюё';
const ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";

/** The end of a phone number, which is the same however its beginning is written. */
const SUBSCRIBER_DIGITS = 7;

/** What a new password must be (NIST SP 800-63B §3.1.1.2): long enough, not common and not about the person. No other rules. */
@Injectable()
export class PasswordPolicy {
  constructor(private readonly config: AppConfig) {}

  /** @throws PasswordLengthWrong, PasswordAboutYou, PasswordTooCommon */
  async check(password: string, { field, contacts = [], names = [] }: PasswordContext): Promise<void> {
    const { length } = [...password.normalize('NFC')];
    if (length < SHORTEST || length > LONGEST) throw new PasswordLengthWrong(field);
    const known = [this.config.productName, ...names.filter((name) => name !== null)].flatMap(wordsOf);
    if (isMadeOf(bare(password), [...known, ...contacts.flatMap(tracesOf)])) throw new PasswordAboutYou(field);
    if (isCommon(fold(password), await commonPasswords())) throw new PasswordTooCommon(field);
  }
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Only the letters and digits: what people put in between or around hides nothing. */
const bare = (text: string): string => fold(text).replace(/[^\p{Letter}\p{Mark}\p{Number}]/gu, '');

function isCommon(password: string, common: ReadonlySet<string>): boolean {
  const variants = [password, bare(password), asEnglishKeys(password)];
  return variants.some((variant) => common.has(variant)) || isRepetition(password) || isSequence(password);
}

const asEnglishKeys = (text: string): string =>
  text.replace(/[а-яё]/g, (letter) => ENGLISH_KEYS[RUSSIAN_KEYS.indexOf(letter)] ?? letter);

/** One to four characters again and again. */
const isRepetition = (text: string): boolean => /^(.{1,4}?)\1+$/su.test(text);

/** Each character as far from the next: `abcdefgh`, `98765432`. */
function isSequence(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  return new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0))).size === 1;
}

/** Whether nothing but digits is left of the text without the parts, and something is gone. */
function isMadeOf(text: string, parts: readonly string[]): boolean {
  const longestFirst = [...parts].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, part) => left.replaceAll(part, ''), text);
  return rest !== text && /^\d*$/.test(rest);
}

/** The words of a name or an address; of digits alone they would make many a password a name. */
const wordsOf = (name: string): string[] =>
  fold(name)
    .split(/[^\p{Letter}\p{Mark}\p{Number}]/u)
    .filter((word) => /\p{Letter}/u.test(word));

const tracesOf = ({ channel, value }: Contact): string[] =>
  channel === 'email' ? wordsOf(value) : [value.slice(-SUBSCRIBER_DIGITS)];
