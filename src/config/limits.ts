import { ValidateBy, type ValidationArguments } from 'class-validator';
import { WholeNumber } from './environment/environment.rules.js';

/** A number that bounds what somebody may do, or what it may cost. It is read from the variable of its name. */
export interface LimitSetting {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  /** What it bounds, as a sentence without an end. */
  readonly about: string;
}

const setting = (usual: number, [least, most]: readonly [number, number], about: string): LimitSetting => ({
  usual,
  least,
  most,
  about,
});

/**
 * Every limit of the service, in the order in which `docs/limits.md` shows them. None can be turned off: each has a range, and the
 * highest number of it still bounds something.
 */
export const LIMITS = {
  SMS_DAILY_BUDGET: setting(1_000, [8, 100_000_000], 'SMS that may be sent in a day (UTC), whatever for'),
  SMS_BUDGET_HOUR_PARTS: setting(3, [1, 24], 'Twenty-fourths of the day’s budget that one hour may spend'),
  SMS_BUDGET_RESERVE_PERCENT: setting(
    20,
    [5, 90],
    'Percent of each hour’s share that is kept for people already known',
  ),

  LIMIT_CODE_GAP_SECONDS: setting(20, [1, 300], 'Seconds between two messages to one contact, whoever asks'),
  LIMIT_CODES_PER_CONTACT_HOUR: setting(5, [1, 100], 'Unanswered codes to one contact in an hour'),
  LIMIT_CODES_PER_CONTACT_DAY: setting(10, [1, 500], 'Unanswered codes to one contact in a day'),
  LIMIT_CODES_PER_KNOWN_NETWORK_HOUR: setting(
    3,
    [1, 100],
    'More of them in an hour for askers on a network from which the contact signed in within 90 days',
  ),
  LIMIT_CODES_PER_KNOWN_NETWORK_DAY: setting(6, [1, 500], 'The same in a day'),
  LIMIT_CODES_PER_NETWORK_HOUR: setting(30, [1, 10_000], 'Unanswered codes that one network may ask for in an hour'),
  LIMIT_CODES_PER_BLOCK_HOUR: setting(
    15,
    [1, 10_000],
    'Unanswered codes in an hour to one number block (a number without its last four digits), askers on a network of the contact’s own aside',
  ),
  LIMIT_LIVE_CHALLENGES: setting(3, [1, 20], 'Challenges that other askers may have live for one contact and purpose'),

  LIMIT_BREAKER_SENDS: setting(
    20,
    [5, 10_000],
    'Codes to a block within an hour, each older than 2 minutes, before its breaker looks',
  ),
  LIMIT_BREAKER_NETWORKS: setting(5, [1, 1_000], 'Networks from which these were asked for, at least'),
  LIMIT_BREAKER_ANSWERED_PERCENT: setting(
    30,
    [1, 99],
    'Percent of them that must have been answered, or the block is paused',
  ),
  LIMIT_BREAKER_PAUSE_MINUTES: setting(30, [1, 240], 'Minutes that one pause of a block lasts'),
  LIMIT_BREAKER_LONGEST_HOURS: setting(4, [1, 24], 'Hours that pauses of a block which follow each other last at most'),
  LIMIT_CODES_PER_PAUSED_BLOCK_HOUR: setting(5, [1, 100], 'Codes in an hour that a paused block still gets'),

  LIMIT_CODE_ATTEMPTS: setting(5, [1, 10], 'Codes that may be typed for one challenge'),
  LIMIT_WRONG_CODES_PER_NETWORK_HOUR: setting(60, [1, 100], 'Wrong codes that one network may type in an hour'),
  LIMIT_LONGER_CODES_PER_CONTACT_DAY: setting(
    10,
    [1, 100],
    'Wrong codes for a contact in a day from which its new codes have 8 digits',
  ),
  LIMIT_LONGER_CODES_PER_NETWORK_DAY: setting(
    5,
    [1, 100],
    'Wrong codes from a network in a day from which it gets codes of 8 digits',
  ),
  LIMIT_LONGER_CODES_PERCENT: setting(
    5,
    [1, 100],
    'Percent of all codes of 10 minutes that are wrong, above which all new codes have 8 digits',
  ),
  LIMIT_LONGER_CODES_CHECKS: setting(
    200,
    [20, 1_000_000],
    'Codes typed in these 10 minutes, before that percentage counts',
  ),

  LIMIT_PASSWORDS_PER_NAME_HOUR: setting(10, [1, 1_000], 'Wrong passwords for one name from one network in an hour'),
  LIMIT_PASSWORDS_PER_NETWORK_HOUR: setting(30, [1, 10_000], 'Wrong passwords from one network in an hour'),
  LIMIT_PASSWORDS_IN_A_ROW: setting(
    100,
    [5, 100],
    'Wrong passwords in a row for one account, after which it asks for a code as well',
  ),

  LIMIT_UNKNOWN_INVITES_PER_PERSON_HOUR: setting(
    10,
    [1, 1_000],
    'Unknown invite codes that one person may try to activate in an hour',
  ),
  LIMIT_UNKNOWN_INVITES_PER_NETWORK_HOUR: setting(
    30,
    [1, 10_000],
    'Unknown invite codes that one network may try to activate in an hour',
  ),
  LIMIT_INVITE_CHECKS_PER_NETWORK_HOUR: setting(
    30,
    [1, 10_000],
    'Unknown invite codes that one network may look up in an hour',
  ),
  LIMIT_INVITE_OPENS_PER_NETWORK_HOUR: setting(
    100,
    [1, 10_000],
    'Opens of share links that are counted from one network in an hour',
  ),

  LIMIT_NOTICES_PER_CONTACT_HOUR: setting(
    5,
    [1, 100],
    'Notices that one phone is sent by SMS in an hour; more are left out',
  ),
  LIMIT_NOTICES_PER_CONTACT_DAY: setting(10, [1, 500], 'The same in a day'),
  LIMIT_AVATARS_PER_PERSON_HOUR: setting(30, [1, 1_000], 'Pictures that one person may upload in an hour'),
} as const satisfies Record<string, LimitSetting>;

export type LimitName = keyof typeof LIMITS;
export type LimitValues = Readonly<Record<LimitName, number>>;

/** What holds where the environment says nothing. */
export const USUAL_LIMITS = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { usual }]) => [name, usual]),
) as LimitValues;

/** The variables of {@link LIMITS}, each a whole number of its range. */
export abstract class LimitsEnvironment {
  constructor() {
    Object.assign(this, USUAL_LIMITS);
  }

  /** The numbers, once they are validated. */
  static of(environment: LimitsEnvironment): LimitValues {
    const values = environment as LimitsEnvironment & LimitValues;
    return Object.fromEntries(Object.keys(LIMITS).map((name) => [name, values[name as LimitName]])) as LimitValues;
  }
}

for (const [name, { least, most }] of Object.entries<LimitSetting>(LIMITS)) {
  WholeNumber(least, most)(LimitsEnvironment.prototype, name);
}

const PARTS_OF_A_DAY = 24;

ValidateBy({
  name: 'someEachHour',
  validator: {
    validate: (daily, args) => typeof daily !== 'number' || daily >= leastFor(args),
    defaultMessage: (args) =>
      `${args?.property} is "${args?.value}", of which an hour may spend less than one SMS: write ${leastFor(args)} or more.`,
  },
})(LimitsEnvironment.prototype, 'SMS_DAILY_BUDGET');

function leastFor(args: ValidationArguments | undefined): number {
  const { SMS_BUDGET_HOUR_PARTS: parts } = args?.object as LimitValues;
  // Another rule's mistake.
  return Number.isInteger(parts) && parts > 0 ? Math.ceil(PARTS_OF_A_DAY / parts) : 0;
}
