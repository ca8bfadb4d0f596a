import type { LimitPolicy } from '../../common/domain-error.js';
import type { LimitsConfig } from '../../config/limits.config.js';
import { compose, durable, type Fragment, type Statement, statement } from '../../platform/database/statement.js';
import { hitsWithin } from '../../platform/rate-limit/rate-limiter.js';
import { isLive, type OtpPurpose } from '../challenges/challenges.service.js';
import { ENQUEUE, ENQUEUE_FOR_NOBODY, WITHDRAW } from '../messages/messages.service.js';
import { type AskedRow, takeAndWriteStatement } from '../otp-guard/otp-charges.service.js';

const DAY_SECONDS = 86_400;
export const OTP_TEMPLATE = 'otp-code';
/** More than the ladder lets through: it bounds who resends what a broken provider refuses at once. */
const GENERATIONS = 10;
/** However often it is sent again, a challenge ends this long after its first message (ASVS 6.5.5). */
const LONGEST_LIFE_SECONDS = 600;
/** Charges are given back while they still count: an hour, less the longest life of the challenge that inherits them. */
const INHERITED_FOR = `interval '50 minutes'`;
const LADDER_SECONDS = [60, 120, 300] as const;

/** One message a step of the ladder, as the headers tell it. */
export const stepOf = (generation: number): LimitPolicy => ({
  name: 'otp-resend',
  quota: 1,
  windowSeconds: LADDER_SECONDS[Math.min(generation, LADDER_SECONDS.length) - 1] ?? 0,
});

/** Codes grow where somebody guesses: on this contact, from this network, or everywhere. */
const codeLength = (
  { longerCodes }: LimitsConfig,
  usual: string,
  keys: { contact: string; network: string },
): string => `
  CASE WHEN ${hitsWithin(keys.contact, DAY_SECONDS)} >= ${longerCodes.perContact}
         OR ${hitsWithin(keys.network, DAY_SECONDS)} >= ${longerCodes.perNetwork}
         OR (SELECT sum(checks) >= ${longerCodes.checks} AND sum(wrong) * 100 > sum(checks) * ${longerCodes.percent}
             FROM otp_check_stats WHERE minute > clock_now() - interval '10 minutes')
       THEN 8 ELSE ${usual} END`;

/** @param until when a fixed code ends; null where it is derived */
const lengthUnlessFixed = (until: string, derived: string, fixed: string): string =>
  `CASE WHEN ${until}::timestamptz IS NULL THEN ${derived} ELSE ${fixed} END`;

const ladder = (generation: string): string =>
  `make_interval(secs => (ARRAY[${LADDER_SECONDS.join(', ')}])[least(${generation}, ${LADDER_SECONDS.length})])`;

export interface OpenedRow {
  readonly generation: number;
  readonly code_length: number;
  readonly resend_at: Date;
  readonly expires_at: Date;
}

/** The message of a challenge as it was just written; a code's parameters are what it is derived from. */
const newMessage = (challenge: string, id: string, locale: string): string => `
   new_message AS (
     SELECT ${id}::uuid AS id, channel, contact AS recipient, '${OTP_TEMPLATE}' AS template, ${locale}::text AS locale, expires_at,
       subject AS subject_id,
       jsonb_build_object('challenge', encode(${challenge}, 'base64'), 'purpose', purpose, 'generation', generation,
                          'length', code_length) || CASE WHEN is_test THEN '{"test": true}' ELSE '{}' END::jsonb AS params
     FROM written)`;

const WRITTEN_COLUMNS = 'generation, code_length, resend_at, expires_at';

/** Whether a challenge may be opened, and what its message was charged to. */
interface Gate {
  readonly isOpen: string;
  readonly charges: string;
}

/** Charged before. */
const CHARGED: Gate = { isOpen: 'true', charges: '$10::bytea[]' };
/** Charged in the same statement, which offers `allowed`. */
const ALLOWED: Gate = {
  isOpen: 'EXISTS (SELECT FROM allowed)',
  charges: 'array_remove($10::bytea[] || (SELECT block FROM allowed), NULL)',
};

/**
 * Opens a challenge in place of the asker's own and queues its message. It inherits what the other's messages were charged to: whoever
 * gives the right code in the end has answered them all.
 */
const opening = (limits: LimitsConfig, { isOpen, charges }: Gate): Fragment => ({
  parameters: 16,
  ctes: `
   replaced AS (
     UPDATE otp_challenges SET ended_at = clock_now(), end_reason = 'replaced', pending_password = NULL, released_as = NULL, newest_charges = 0
     WHERE contact = $4 AND purpose = $2 AND ended_at IS NULL AND asker = $5 AND ${isOpen}
     RETURNING message_id, charges, charges_since),
   inherited AS (SELECT charges, charges_since FROM replaced WHERE charges_since > clock_now() - ${INHERITED_FOR} LIMIT 1),
   written AS (
     INSERT INTO otp_challenges (id, purpose, channel, contact, asker, code_length, message_id, charges, newest_charges, charges_since,
       resend_at, expires_at, subject, pending_password, is_test, released_as)
     SELECT $1, $2, $3, $4, $5,
       ${lengthUnlessFixed('$15', codeLength(limits, '$6::int', { contact: '$7', network: '$8' }), '$6::int')}, $9,
       (SELECT charges FROM inherited) || ${charges}, cardinality(${charges}),
       coalesce((SELECT charges_since FROM inherited), clock_now()),
       clock_now() + ${ladder('1')}, least(clock_now() + make_interval(secs => $11), $15::timestamptz),
       $13::uuid, $14::text, $15 IS NOT NULL, $16::bytea[]
     WHERE ${isOpen}
     RETURNING *),
   ${newMessage('$1', '$9', '$12')}`,
});

export interface NewlyOpenedRow extends OpenedRow {
  /** The message of the asker's own challenge that was replaced. */
  readonly replaced: string | null;
}

/** The same for a code that is sent, and for a fixed one, which is sent to nobody and lives until the last parameter at the most. */
export interface Sending<Row> {
  readonly sent: Statement<Row>;
  readonly fixed: Statement<Row>;
}

const OPENED_COLUMNS = `${WRITTEN_COLUMNS}, (SELECT message_id FROM replaced LIMIT 1) AS replaced`;

export function openStatements(limits: LimitsConfig): Sending<NewlyOpenedRow> {
  const select = `SELECT ${OPENED_COLUMNS} FROM written`;
  return {
    sent: durable(compose('otp.open', [opening(limits, CHARGED), ENQUEUE], select)),
    fixed: compose('otp.open_fixed', [opening(limits, CHARGED), ENQUEUE_FOR_NOBODY], select),
  };
}

/** Charges a message that is sent, and opens its challenge. */
export const askStatement = (limits: LimitsConfig): Statement<AskedRow & NewlyOpenedRow> =>
  takeAndWriteStatement<NewlyOpenedRow>(limits, {
    name: 'otp.ask',
    fragments: [opening(limits, ALLOWED), ENQUEUE],
    columns: OPENED_COLUMNS,
  });

export interface FoundRow {
  readonly purpose: OtpPurpose;
  readonly channel: 'sms' | 'email';
  readonly contact: string;
  readonly generation: number;
  readonly message_id: string;
  readonly resend_at: Date;
  readonly expires_at: Date;
  readonly resend_in: number;
  readonly live: boolean;
  readonly used: boolean;
}

export const findStatement = (limits: LimitsConfig): Statement<FoundRow> =>
  statement(
    'otp.find',
    `SELECT purpose, channel, contact, generation, message_id, resend_at, expires_at,
     ceil(extract(epoch FROM resend_at - clock_now()))::int AS resend_in, ${isLive('challenge', limits)} AS live,
     end_reason IS NOT DISTINCT FROM 'used' AS used
   FROM otp_challenges challenge WHERE id = $1`,
  );

/** The next generation of a challenge and its message; no row when somebody else was faster or it is over. */
const renewing = (limits: LimitsConfig): Fragment => ({
  parameters: 11,
  ctes: `
   written AS (
     UPDATE otp_challenges challenge
     SET generation = generation + 1, message_id = $3, charges = charges || $4::bytea[],
       newest_charges = cardinality($4::bytea[]),
       code_length = ${lengthUnlessFixed('$11', codeLength(limits, '$5::int', { contact: '$6', network: '$7' }), '$5::int')},
       resend_at = clock_now() + ${ladder('generation + 1')}, is_test = $11 IS NOT NULL,
       expires_at = least(clock_now() + make_interval(secs => $8), created_at + interval '${LONGEST_LIFE_SECONDS} seconds',
         $11::timestamptz)
     WHERE id = $1 AND generation = $2 AND generation < ${GENERATIONS} AND ${isLive('challenge', limits)}
     RETURNING *),
   old_message AS (SELECT $9::uuid AS id, channel FROM written),
   ${newMessage('$1', '$3', '$10')}`,
});

export function renewStatements(limits: LimitsConfig): Sending<OpenedRow> {
  const select = `SELECT ${WRITTEN_COLUMNS} FROM written`;
  return {
    sent: compose('otp.renew', [renewing(limits), WITHDRAW, ENQUEUE], select),
    fixed: compose('otp.renew_fixed', [renewing(limits), WITHDRAW, ENQUEUE_FOR_NOBODY], select),
  };
}
