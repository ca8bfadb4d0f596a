import { type CountryCode, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/max';

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
