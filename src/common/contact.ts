import { domainToASCII } from 'node:url';
import { isFQDN } from 'class-validator';
import type { CountryCode } from 'libphonenumber-js/max';
import { ParseError, parsePhoneNumberWithError } from './loading/phone-library.js';

/** Where a message can reach a person: an E.164 phone number or a lower-cased e-mail address. */
export interface Contact {
  readonly channel: 'sms' | 'email';
  readonly value: string;
}

export interface PhoneNumber {
  /** E.164, e.g. `+79123456789`. */
  readonly value: string;
  /** ISO 3166-1 alpha-2, or undefined for numbers of no country (satellite, premium networks). */
  readonly region?: string;
  /** Whether an SMS can be received there, as far as the numbering plan tells. */
  readonly mobile: boolean;
}

const MOBILE_TYPES = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/**
 * Reads a phone number as people write it: with or without `+`, the trunk prefix of the region (`8` in Russia), spaces,
 * hyphens and brackets. Undefined when no such number can exist (length, prefix or digits are not in the numbering plan).
 */
export function parsePhone(text: string, region: string): PhoneNumber | undefined {
  try {
    const number = parsePhoneNumberWithError(text, { defaultCountry: region as CountryCode, extract: false });
    if (!number.isValid()) return undefined;
    return { value: number.number, region: number.country, mobile: MOBILE_TYPES.has(number.getType() ?? '') };
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

const regions = new Map<string, string>();
const MOST_REGIONS = 100_000;
/** Beyond these digits numbers of different countries do not differ. */
const REGION_DIGITS = 8;

/** The region of a contact, for numbers that operators read: ISO 3166-1 alpha-2, or `none` for e-mail and numbers of no country. */
export function regionOf(contact: string): string {
  if (!contact.startsWith('+')) return 'none';
  const start = contact.slice(0, REGION_DIGITS);
  const known = regions.get(start);
  if (known !== undefined) return known;
  const region = parsePhone(contact, 'RU')?.region ?? 'none';
  if (regions.size < MOST_REGIONS) regions.set(start, region);
  return region;
}

/** An atom of RFC 5322 §3.2.3, and atoms between dots. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LONGEST_LOCAL_PART = 64;
const LONGEST_EMAIL = 254;

/**
 * Reads an e-mail address: trimmed, lower-cased, its domain in ASCII (IDNA), so that what is the same is the same text. Undefined
 * for what is none, and for forms that mail servers allow and nobody has: quoted local parts, domains that are IP addresses or
 * have no dot. Local parts outside ASCII are refused too: whether two of them are one mailbox depends on the server.
 */
export function parseEmail(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const [local, domain] = [trimmed.slice(0, Math.max(at, 0)), trimmed.slice(at + 1)];
  if (!LOCAL_PART.test(local) || local.length > LONGEST_LOCAL_PART || !DOMAIN.test(domain)) return undefined;
  const host = domainToASCII(domain.normalize('NFC'));
  const email = `${local.toLowerCase()}@${host.toLowerCase()}`;
  return isFQDN(host) && email.length <= LONGEST_EMAIL ? email : undefined;
}

/** A phone or an e-mail address that somebody typed, as rows hold it; what is neither stays what it is, and nobody's. */
export const typedContact = (text: string, region = 'RU'): string =>
  parseEmail(text) ?? parsePhone(text, region)?.value ?? text.toLowerCase();

export const contactOf = (column: 'phone' | 'email', value: string): Contact => ({
  channel: column === 'phone' ? 'sms' : 'email',
  value,
});

/** Every contact of somebody, the phone first. */
export const contactsOf = ({ phone, email }: { phone: string | null; email: string | null }): Contact[] => [
  ...(phone === null ? [] : [contactOf('phone', phone)]),
  ...(email === null ? [] : [contactOf('email', email)]),
];

/** Shows enough of a contact to recognise one's own: `+7 *** ***-**-89`, `a***@example.com`. */
export function maskContact({ channel, value }: Contact): string {
  if (channel === 'sms') return `${value.slice(0, 2)} *** ***-**-${value.slice(-2)}`;
  const at = value.lastIndexOf('@');
  return `${value.slice(0, 1)}***${value.slice(at)}`;
}

/** The part of an address that a person recognises and a leak does not give away: `203.0.113.*`, `2001:db8:*`. */
export function maskAddress(address: string): string {
  if (address.includes(':')) return `${address.split(':').slice(0, 2).join(':')}:*`;
  return `${address.split('.').slice(0, 3).join('.')}.*`;
}
