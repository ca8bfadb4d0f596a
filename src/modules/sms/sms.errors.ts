/**
 * What became of a message that was not accepted.
 * `refused`: not taken, and would not be the next time. `not_taken`: not taken, may be tried again. `unknown`: it may have been
 * taken, so sending it again could bill and deliver it twice.
 */
export type SmsFate = 'refused' | 'not_taken' | 'unknown';

const FATES = {
  invalid_number: 'refused',
  validation: 'refused',
  rejected: 'refused',
  unauthorized: 'not_taken',
  no_money: 'not_taken',
  address_not_allowed: 'not_taken',
  rate_limited: 'not_taken',
  no_connection: 'not_taken',
  unavailable: 'unknown',
  bad_answer: 'unknown',
  connection_lost: 'unknown',
  timeout: 'unknown',
} as const satisfies Record<string, SmsFate>;

export type SmsFailureKind = keyof typeof FATES;

export interface SmsFailureDetails {
  /** How long the provider wants to be left alone, in whole seconds. */
  readonly retryAfterSeconds?: number;
  /** The code of the system error below, such as ENOTFOUND. */
  readonly reason?: string;
}

/**
 * Why a provider did not accept a message, or did not answer. Carries no number and no text, so neither the answer of the
 * provider nor the error below: both may repeat what was sent.
 */
export class SmsFailure extends Error {
  readonly fate: SmsFate;
  readonly retryAfterSeconds?: number;

  constructor(
    readonly kind: SmsFailureKind,
    { retryAfterSeconds, reason }: SmsFailureDetails = {},
  ) {
    super(`sms provider: ${kind}${reason === undefined ? '' : ` (${reason})`}`);
    this.name = 'SmsFailure';
    this.fate = FATES[kind];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
