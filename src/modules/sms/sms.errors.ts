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

/** Why a provider did not accept a message. Carries no number and no text. */
export class SmsFailure extends Error {
  readonly fate: SmsFate;

  constructor(
    readonly kind: SmsFailureKind,
    cause?: unknown,
  ) {
    super(`sms provider: ${kind}`, { cause });
    this.name = 'SmsFailure';
    this.fate = FATES[kind];
  }
}
