import type { LimitsConfig } from '../../../config/limits.config.js';
import { brief, type Fragment, type Statement, statement } from '../../../platform/database/statement.js';
import { secondsUntilFree } from '../../../platform/rate-limit/rate-limiter.js';
import { isLive, type OtpPurpose } from '../../challenges/challenges.service.js';

/** Either way the person is in. */
const SIGNING_IN: readonly OtpPurpose[] = ['sign_in', 'registration'];

/** The purposes whose challenges a success ends; what was asked for under the old password does not outlive it. */
export const ENDED_BY: Readonly<Record<OtpPurpose, readonly OtpPurpose[]>> = {
  sign_in: SIGNING_IN,
  registration: SIGNING_IN,
  password_reset: [...SIGNING_IN, 'password_reset', 'contact_change'],
  contact_change: ['contact_change'],
};

/** A challenge, an attempt at which was counted. */
export interface CountedAttempt {
  readonly purpose: OtpPurpose;
  readonly channel: 'sms' | 'email';
  readonly contact: string;
  readonly generation: number;
  readonly code_length: number;
  readonly attempts: number;
  readonly is_test: boolean;
}

const COUNTED = 'purpose, channel, contact, generation, code_length, attempts, is_test';

/** SQL: how the challenges of a contact end when one of them is used. */
const ending = (used: string): string => `
       ended_at = clock_now(), end_reason = CASE WHEN challenge.id = ${used} THEN 'used' ELSE 'superseded' END,
       pending_password = NULL, released_as = NULL`;

/**
 * Ends the challenge as used and the contact's others as superseded; offers `proven` (contact, charges, is_test, pending_password), empty when
 * it was used or replaced meanwhile. Rows are locked in the order of their ids, so that several of one contact at once do not wait for each other:
 * the first wins, the rest find theirs ended.
 */
export const CONSUME_CODE: Fragment = {
  parameters: 4,
  ctes: `
   open AS MATERIALIZED (
     SELECT id, generation, pending_password FROM otp_challenges
     WHERE contact = $2 AND purpose = ANY ($3::text[]) AND ended_at IS NULL ORDER BY id FOR UPDATE),
   ended AS (
     UPDATE otp_challenges challenge SET ${ending('$1')}
     FROM open WHERE challenge.id = open.id AND EXISTS (SELECT FROM open WHERE id = $1 AND generation = $4)
     RETURNING challenge.id, challenge.contact, challenge.charges, challenge.is_test, open.pending_password),
   proven AS (SELECT contact, charges, is_test, pending_password FROM ended WHERE id = $1)`,
};

/**
 * The same in one, of a sign-in by SMS: counts a wrong code, or proves and uses a right one, where the challenge may still be answered. Offers
 * `proven` with `released_as`, the stored forms of the contact among those that were given up, and `missed`, a {@link CountedAttempt}. Both are empty
 * where the challenge needs another look: because it is over, a test's or of an earlier version, or the network has guessed too often.
 *
 * Wrong and right codes do what they do in the same statement, and read attempts in the row that they lock: however many come at once, a right
 * one that comes after the last that is allowed proves nothing. And until it is found that the challenge may be answered all goes the same way
 * whatever was typed: how long it takes must not tell a right code where none is taken, and so none is counted.
 *
 * Parameters: the challenge, the generation whose code was typed or 0, the length of the code, the counter of the network.
 */
export const proofAtOnce = (limits: LimitsConfig): Fragment => ({
  parameters: 4,
  ctes: `
   meant AS MATERIALIZED (
     SELECT contact, generation = $2 AND code_length = $3 AS is_right FROM otp_challenges challenge
     WHERE id = $1 AND purpose = 'sign_in' AND channel = 'sms' AND NOT is_test AND released_as IS NOT NULL
       AND ${isLive('challenge', limits)} AND ${secondsUntilFree('$4', limits.wrongCodesPerNetwork)} IS NULL),
   missed AS (
     UPDATE otp_challenges challenge SET attempts = attempts + 1
     WHERE id = $1 AND EXISTS (SELECT FROM meant WHERE NOT is_right) AND ${isLive('challenge', limits)}
     RETURNING ${COUNTED}),
   open AS MATERIALIZED (
     SELECT id, generation, attempts, released_as FROM otp_challenges
     WHERE contact = (SELECT contact FROM meant WHERE is_right)
       AND purpose IN (${SIGNING_IN.map((purpose) => `'${purpose}'`).join(', ')}) AND ended_at IS NULL ORDER BY id FOR UPDATE),
   ended AS (
     UPDATE otp_challenges challenge SET ${ending('$1')}, attempts = challenge.attempts + (challenge.id = $1)::int
     FROM open WHERE challenge.id = open.id
       AND EXISTS (SELECT FROM open WHERE id = $1 AND generation = $2 AND attempts < ${limits.codeAttempts})
     RETURNING challenge.id, challenge.contact, open.released_as, challenge.charges, challenge.is_test),
   proven AS (SELECT contact, released_as, charges, is_test FROM ended WHERE id = $1)`,
});

/** Where nothing was counted there is at most a wait: seconds until codes are taken from the network again. */
export type CountedRow =
  (CountedAttempt & { readonly network_wait: null }) | { readonly purpose: null; readonly network_wait: number | null };

/** Counts an attempt before anybody looks at the code, so that no number of parallel guesses passes the limit. */
export const countStatement = (limits: LimitsConfig): Statement<CountedRow> =>
  brief(
    statement(
      'otp.count',
      `WITH network AS (SELECT ${secondsUntilFree('$3', limits.wrongCodesPerNetwork)} AS wait),
   counted AS (
     UPDATE otp_challenges challenge SET attempts = attempts + 1
     WHERE id = $1 AND purpose = ANY ($2::text[]) AND subject IS NOT DISTINCT FROM $4 AND ${isLive('challenge', limits)}
       AND (SELECT wait FROM network) IS NULL
     RETURNING ${COUNTED})
   SELECT network.wait AS network_wait, counted.*
   FROM network LEFT JOIN counted ON true, set_config('synchronous_commit', 'off', true)`,
    ),
  );

export const FORGIVE = statement(
  'otp.forgive',
  `UPDATE otp_challenges SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0`,
);
