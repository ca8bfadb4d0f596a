import type { LimitPolicy } from '../common/domain-error.js';
import type { LimitValues } from './limits.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The bounds of the service as policies and numbers; what each means is told by {@link LIMITS}. */
export class LimitsConfig {
  readonly smsBudget!: { readonly daily: number; readonly hourParts: number; readonly reservePercent: number };
  readonly codeGap!: LimitPolicy;
  readonly codesPerContact!: readonly LimitPolicy[];
  readonly codesPerKnownNetwork!: readonly LimitPolicy[];
  readonly codesPerNetwork!: LimitPolicy;
  readonly codesPerBlock!: LimitPolicy;
  readonly codesPerPausedBlock!: LimitPolicy;
  readonly blockBreaker!: {
    readonly sends: number;
    readonly networks: number;
    readonly answeredPercent: number;
    readonly pauseMinutes: number;
    readonly longestHours: number;
  };
  readonly liveChallenges!: LimitPolicy;
  readonly codeAttempts!: number;
  readonly wrongCodesPerNetwork!: LimitPolicy;
  readonly longerCodes!: {
    readonly perContact: number;
    readonly perNetwork: number;
    readonly percent: number;
    readonly checks: number;
  };
  readonly passwordsPerName!: LimitPolicy;
  readonly passwordsPerNetwork!: LimitPolicy;
  readonly passwordsInARow!: number;
  readonly unknownInvitesPerPerson!: LimitPolicy;
  readonly unknownInvitesPerNetwork!: LimitPolicy;
  readonly inviteChecksPerNetwork!: LimitPolicy;
  readonly inviteOpensPerNetwork!: LimitPolicy;
  readonly noticesPerContact!: readonly LimitPolicy[];
  readonly avatarsPerPerson!: LimitPolicy;
}

const within =
  (windowSeconds: number) =>
  (name: string, quota: number): LimitPolicy => ({ name, quota, windowSeconds });

const hourly = within(HOUR);
const daily = within(DAY);

export function limitsConfig(values: LimitValues): LimitsConfig {
  return { ...sendingLimits(values), ...guessingLimits(values), ...otherLimits(values) };
}

const sendingLimits = (values: LimitValues) => ({
  smsBudget: {
    daily: values.SMS_DAILY_BUDGET,
    hourParts: values.SMS_BUDGET_HOUR_PARTS,
    reservePercent: values.SMS_BUDGET_RESERVE_PERCENT,
  },
  codeGap: { name: 'otp-gap', quota: 1, windowSeconds: values.LIMIT_CODE_GAP_SECONDS },
  codesPerContact: [
    hourly('otp-contact-hour', values.LIMIT_CODES_PER_CONTACT_HOUR),
    daily('otp-contact-day', values.LIMIT_CODES_PER_CONTACT_DAY),
  ],
  codesPerKnownNetwork: [
    hourly('otp-known-hour', values.LIMIT_CODES_PER_KNOWN_NETWORK_HOUR),
    daily('otp-known-day', values.LIMIT_CODES_PER_KNOWN_NETWORK_DAY),
  ],
  codesPerNetwork: hourly('otp-network', values.LIMIT_CODES_PER_NETWORK_HOUR),
  codesPerBlock: hourly('otp-block', values.LIMIT_CODES_PER_BLOCK_HOUR),
  codesPerPausedBlock: hourly('otp-paused-block', values.LIMIT_CODES_PER_PAUSED_BLOCK_HOUR),
  blockBreaker: {
    sends: values.LIMIT_BREAKER_SENDS,
    networks: values.LIMIT_BREAKER_NETWORKS,
    answeredPercent: values.LIMIT_BREAKER_ANSWERED_PERCENT,
    pauseMinutes: values.LIMIT_BREAKER_PAUSE_MINUTES,
    longestHours: values.LIMIT_BREAKER_LONGEST_HOURS,
  },
  noticesPerContact: [
    hourly('notice-hour', values.LIMIT_NOTICES_PER_CONTACT_HOUR),
    daily('notice-day', values.LIMIT_NOTICES_PER_CONTACT_DAY),
  ],
});

const guessingLimits = (values: LimitValues) => ({
  liveChallenges: within(300)('otp-live', values.LIMIT_LIVE_CHALLENGES),
  codeAttempts: values.LIMIT_CODE_ATTEMPTS,
  wrongCodesPerNetwork: hourly('otp-wrong-network', values.LIMIT_WRONG_CODES_PER_NETWORK_HOUR),
  longerCodes: {
    perContact: values.LIMIT_LONGER_CODES_PER_CONTACT_DAY,
    perNetwork: values.LIMIT_LONGER_CODES_PER_NETWORK_DAY,
    percent: values.LIMIT_LONGER_CODES_PERCENT,
    checks: values.LIMIT_LONGER_CODES_CHECKS,
  },
  passwordsPerName: hourly('password-account', values.LIMIT_PASSWORDS_PER_NAME_HOUR),
  passwordsPerNetwork: hourly('password-network', values.LIMIT_PASSWORDS_PER_NETWORK_HOUR),
  passwordsInARow: values.LIMIT_PASSWORDS_IN_A_ROW,
});

const otherLimits = (values: LimitValues) => ({
  unknownInvitesPerPerson: hourly('invite-unknown-person', values.LIMIT_UNKNOWN_INVITES_PER_PERSON_HOUR),
  unknownInvitesPerNetwork: hourly('invite-unknown-network', values.LIMIT_UNKNOWN_INVITES_PER_NETWORK_HOUR),
  inviteChecksPerNetwork: hourly('invite-check-network', values.LIMIT_INVITE_CHECKS_PER_NETWORK_HOUR),
  inviteOpensPerNetwork: hourly('invite-opens-network', values.LIMIT_INVITE_OPENS_PER_NETWORK_HOUR),
  avatarsPerPerson: hourly('avatar', values.LIMIT_AVATARS_PER_PERSON_HOUR),
});
