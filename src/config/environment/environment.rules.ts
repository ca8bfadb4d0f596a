import { isIP } from 'node:net';
import { Transform } from 'class-transformer';
import { ValidateBy, isFQDN } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { isSupportedCountry } from '../../common/loading/phone-library.js';
import { isPlaceholder } from './placeholders.js';

/**
 * What a variable of the environment must be, as decorators. Each mistake is a sentence after the variable's name that
 * says what is wrong and what to write instead. A variable that is not set breaks no rule but `Needed`.
 */

/** Answers what is wrong with a value, or undefined. */
type Check = (value: string) => string | undefined;

interface Surroundings {
  readonly NODE_ENV?: string;
  readonly SMS_PROVIDER?: string;
  readonly EMAIL_PROVIDER?: string;
  readonly TEST_PHONES?: string;
}

const LONGEST_SHOWN = 60;

/** The variable must be set whenever `when` holds. */
export function Needed(advice: string, when: (environment: Surroundings) => boolean = () => true): PropertyDecorator {
  return ValidateBy({
    name: 'needed',
    validator: {
      validate: (value, args) => value !== undefined || !when(args?.object as Surroundings),
      defaultMessage: (args) => `${args?.property} is not set: ${advice}`,
    },
  });
}

export function NeededInProduction(advice: string): PropertyDecorator {
  return Needed(`production needs it. ${advice}`, inProduction);
}

/** A value that is for development only. */
export function RefusedInProduction(refused: string, reason: string): PropertyDecorator {
  return ValidateBy({
    name: 'refusedInProduction',
    validator: {
      validate: (value, args) => value !== refused || !inProduction(args?.object as Surroundings),
      defaultMessage: (args) => `${args?.property} is ${shown(refused)}, which production refuses: ${reason}`,
    },
  });
}

export function OneOf(...choices: string[]): PropertyDecorator {
  return rule((value) => (choices.includes(value) ? undefined : `is ${shown(value)}: write ${either(choices)}.`));
}

/** Becomes a number; anything else is left as it was written, to be shown. */
export function WholeNumber(from: number, to: number): PropertyDecorator {
  const toNumber = Transform(({ value }: { value: unknown }) => (/^\d+$/.test(String(value)) ? Number(value) : value));
  return all(
    toNumber,
    rule<unknown>((value) =>
      typeof value === 'number' && value >= from && value <= to
        ? undefined
        : `is ${shown(value)}: write a whole number from ${from} to ${to}.`,
    ),
  );
}

/** Commas separate the items; becomes a list, which must not be empty. */
export function ListOf(check: Check): PropertyDecorator {
  const toList = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? items(value) : value));
  return all(
    toList,
    rule((list: string[]) => list.map(check).find((mistake) => mistake !== undefined)),
  );
}

export function Text(pattern: RegExp, advice: string): PropertyDecorator {
  return rule((value) => (pattern.test(value) ? undefined : `is ${shown(value)}: ${advice}`));
}

/** Like {@link Text}, for what must not be shown. */
export function Hidden(isRight: (value: string) => boolean, advice: string): PropertyDecorator {
  return rule((value) => (isRight(value) ? undefined : advice));
}

/** Long enough, and not what somebody left in from an example. Never shown. */
export function Secret(minLength: number): PropertyDecorator {
  const make = 'make one with: openssl rand -base64 48';
  return rule((value) => {
    if (value.length < minLength) return `has fewer than ${minLength} characters: ${make}`;
    return isPlaceholder(value) ? `is a placeholder that anybody can guess: ${make}` : undefined;
  });
}

export function Host(): PropertyDecorator {
  return rule((value) => {
    const right = isIP(value) !== 0 || isFQDN(value, { require_tld: false });
    return right ? undefined : `is ${shown(value)}: write an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
  });
}

export function HttpUrl(): PropertyDecorator {
  return rule((value) =>
    /^https?:$/.test(protocolOf(value))
      ? undefined
      : `is ${shown(value)}: write a URL that begins with https:// or http://.`,
  );
}

export function Origin(): PropertyDecorator {
  return rule(originMistake);
}

/** What travels to a phone or carries a session must be encrypted, except on the machine itself. */
export function HttpsInProduction(): PropertyDecorator {
  return ValidateBy({
    name: 'httpsInProduction',
    validator: {
      validate: (value, args) => !inProduction(args?.object as Surroundings) || isSafeOrigin(value),
      defaultMessage: (args) => `${args?.property} is ${shown(args?.value)}: in production write it with https://.`,
    },
  });
}

export const originMistake: Check = (value) =>
  isOrigin(value) ? undefined : `holds ${shown(value)}: write only scheme, host and port, such as https://example.org.`;

export const regionMistake: Check = (value) =>
  isSupportedCountry(value) ? undefined : `holds ${shown(value)}: write two-letter ISO 3166-1 codes, such as RU,DE.`;

/** 10.0.0.0/8 is the largest network that one owner has. */
const SMALLEST_BLOCK = 8;

export const proxyMistake: Check = (value) => {
  if (isIP(value) === 0 && !ipaddr.isValidCIDR(value)) {
    return `holds ${shown(value)}: write addresses or blocks, such as 10.0.0.0/8,192.168.1.5.`;
  }
  return Number(value.split('/')[1] ?? SMALLEST_BLOCK) < SMALLEST_BLOCK
    ? `holds ${shown(value)}, which believes too many: name the proxies themselves.`
    : undefined;
};

function rule<Value = string>(check: (value: Value) => string | undefined): PropertyDecorator {
  return ValidateBy({
    name: 'rule',
    validator: {
      validate: (value: Value | undefined) => value === undefined || check(value) === undefined,
      defaultMessage: (args) => `${args?.property} ${check(args?.value as Value)}`,
    },
  });
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

function inProduction(environment: Surroundings): boolean {
  return environment.NODE_ENV === 'production';
}

function isSafeOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return true; // Another rule's mistake.
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function isOrigin(value: string): boolean {
  if (!/^https?:$/.test(protocolOf(value))) return false;
  const { origin, href } = new URL(value);
  return href === `${origin}/`;
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

/** A lone comma is one empty item, which no check accepts. */
function items(value: string): string[] {
  const found = value.split(',').map((item) => item.trim());
  const written = found.filter((item) => item !== '');
  return written.length > 0 ? written : [''];
}

function either(choices: string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function shown(value: unknown): string {
  const withoutCredentials = String(value).replace(/\/\/[^/]*@/, '//…@');
  return JSON.stringify(withoutCredentials.slice(0, LONGEST_SHOWN));
}
