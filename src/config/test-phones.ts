import { isISO8601, ValidateBy } from 'class-validator';
import { parsePhone } from '../common/contact.js';
import type { TestPhonesConfig } from './config.js';

interface Surroundings {
  readonly NODE_ENV?: string;
  readonly SMS_REGIONS: readonly string[];
  readonly ADMIN_PHONE?: string;
}

interface Written {
  readonly TEST_PHONES?: string;
  readonly TEST_PHONES_UNTIL?: string;
}

const LONGEST_DAYS = 90;
const DAY_MS = 86_400_000;

/** Phones with a code of their own: `+79990000001:824613,…`. Codes are secrets: a mistake tells only which item it is in. */
export function PhonesWithCodes(): PropertyDecorator {
  return checked((value, environment) => {
    const items = itemsOf(value);
    const seen = new Set<string | undefined>();
    for (const [index, { phone, code }] of items.entries()) {
      const mistake = mistakeIn(phone, code, environment) ?? (seen.has(phoneOf(phone)) ? 'repeats a phone' : undefined);
      if (mistake) return `: item ${index + 1} of ${items.length} ${mistake}. Write them as +79990000001:824613,…`;
      seen.add(phoneOf(phone));
    }
    return undefined;
  });
}

/** A day, which counts from its beginning in UTC, or a moment with its offset; in production at most 90 days ahead. */
export function EndOfTests(): PropertyDecorator {
  return checked((value, { NODE_ENV }) => {
    const right =
      /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(value) &&
      isISO8601(value, { strict: true }) &&
      !Number.isNaN(Date.parse(value));
    if (!right) return ' is no date: write a day, such as 2030-01-31, or a moment, such as 2030-01-31T18:00:00Z.';
    const tooFar = NODE_ENV === 'production' && Date.parse(value) > Date.now() + LONGEST_DAYS * DAY_MS;
    return tooFar
      ? ` is more than ${LONGEST_DAYS} days ahead, which production refuses: write an earlier date, and a later one when it has come.`
      : undefined;
  });
}

/** As they were validated. */
export function testPhonesConfig({ TEST_PHONES, TEST_PHONES_UNTIL }: Written): TestPhonesConfig {
  const codes = itemsOf(TEST_PHONES ?? '').map(({ phone, code }) => [phoneOf(phone) ?? phone, code] as const);
  return { codes: new Map(codes), until: TEST_PHONES_UNTIL === undefined ? undefined : new Date(TEST_PHONES_UNTIL) };
}

function mistakeIn(phone: string, code: string, environment: Surroundings): string | undefined {
  const ofPhone = mistakeInPhone(phone, environment);
  if (ofPhone) return ofPhone;
  return /^\d{6,8}$/.test(code) ? undefined : 'has no code of 6 to 8 digits';
}

function mistakeInPhone(phone: string, { SMS_REGIONS, ADMIN_PHONE = '' }: Surroundings): string | undefined {
  const number = phone.startsWith('+') ? parsePhone(phone, 'RU') : undefined;
  if (!number) return 'has no phone that can exist, with + and the country code';
  if (!number.mobile || !SMS_REGIONS.includes(number.region ?? '')) return 'has no mobile phone of SMS_REGIONS';
  const isAdmin = phoneOf(ADMIN_PHONE) === number.value;
  return isAdmin ? 'is ADMIN_PHONE, which no code that others know may open' : undefined;
}

const phoneOf = (text: string): string | undefined => parsePhone(text, 'RU')?.value;

function itemsOf(value: string): { phone: string; code: string }[] {
  const items = value.split(',').filter((item) => item.trim() !== '');
  return items.map((item) => {
    const [phone = '', ...code] = item.split(':').map((part) => part.trim());
    return { phone, code: code.join(':') };
  });
}

function checked(check: (value: string, environment: Surroundings) => string | undefined): PropertyDecorator {
  const mistakeOf = (value: string, environment?: object) => check(value, environment as Surroundings);
  return ValidateBy({
    name: 'testPhones',
    validator: {
      validate: (value?: string, args?) => value === undefined || mistakeOf(value, args?.object) === undefined,
      defaultMessage: (args) => `${args?.property}${mistakeOf(args?.value as string, args?.object)}`,
    },
  });
}
