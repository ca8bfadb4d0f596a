/**
 * What became of an e-mail that was not accepted.
 * `refused`: not taken, and would not be the next time. `not_taken`: not taken, may be tried again. `unknown`: it may have been
 * taken, so sending it again could deliver it twice.
 */
export type EmailFate = 'refused' | 'not_taken' | 'unknown';

const FATES = {
  rejected: 'refused',
  not_offered: 'refused',
  deferred: 'not_taken',
  unauthorized: 'not_taken',
  no_tls: 'not_taken',
  no_connection: 'not_taken',
  too_slow: 'not_taken',
  not_written: 'not_taken',
  connection_lost: 'unknown',
  timeout: 'unknown',
} as const satisfies Record<string, EmailFate>;

export type EmailFailureKind = keyof typeof FATES;

/** Why a provider did not accept an e-mail. Carries no address and no text, so not the answer of a mail server either: it repeats both. */
export class EmailFailure extends Error {
  readonly fate: EmailFate;

  constructor(readonly kind: EmailFailureKind) {
    super(`email provider: ${kind}`);
    this.name = 'EmailFailure';
    this.fate = FATES[kind];
  }
}
