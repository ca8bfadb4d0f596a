import { statement } from '../../platform/database/statement.js';
import type { OtpPurpose } from './otp-challenge.entity.js';

export const ATTEMPTS = 5;
const LIVE_CHALLENGES = 3;
/** However often it is sent again, a challenge ends this long after its first message (ASVS 6.5.5). */
const LONGEST_LIFE_SECONDS = 600;
const LADDER_SECONDS = [60, 120, 300];
const WRONG_CODES_AN_HOUR = 60;

const live = (alias: string): string =>
  `${alias}.ended_at IS NULL AND ${alias}.expires_at > clock_now() AND ${alias}.attempts < ${ATTEMPTS}`;

/** Codes grow where somebody guesses: on this contact, from this network, or everywhere (more than 5 % of ≥ 200 checks wrong). */
const codeLength = (usual: string, contactKey: string, networkKey: string): string => `
  CASE WHEN rate_limit_count(${contactKey}, 86400) >= 10
         OR rate_limit_count(${networkKey}, 86400) >= 5
         OR (SELECT sum(checks) >= 200 AND sum(wrong) * 20 > sum(checks)
             FROM otp_check_stats WHERE minute > clock_now() - interval '10 minutes')
       THEN 8 ELSE ${usual} END`;

const ladder = (generation: string): string =>
  `make_interval(secs => (ARRAY[${LADDER_SECONDS.join(', ')}])[least(${generation}, ${LADDER_SECONDS.length})])`;

export interface OpenedRow {
  readonly generation: number;
  readonly code_length: number;
  readonly resend_at: Date;
  readonly expires_at: Date;
}

/** Opens a challenge in place of the asker's own; no row when others have all the places there are. */
export const OPEN = statement<OpenedRow>(
  'otp.open',
  `WITH replaced AS (
     UPDATE otp_challenges SET ended_at = clock_now(), end_reason = 'replaced'
     WHERE contact = $4 AND purpose = $2 AND ended_at IS NULL AND asker = $5),
   others AS (
     SELECT count(*) AS live FROM otp_challenges other
     WHERE contact = $4 AND purpose = $2 AND asker <> $5 AND ${live('other')})
   INSERT INTO otp_challenges (id, purpose, channel, contact, asker, code_length, message_id, charges, resend_at, expires_at)
   SELECT $1, $2, $3, $4, $5, ${codeLength('$6::int', '$7', '$8')}, $9, $10,
     clock_now() + ${ladder('1')}, clock_now() + make_interval(secs => $11)
   FROM others
   WHERE others.live < ${LIVE_CHALLENGES} OR EXISTS (
     SELECT FROM otp_known_networks WHERE contact = $12 AND network = $5 AND last_signed_in_at > clock_now() - interval '90 days')
   RETURNING generation, code_length, resend_at, expires_at`,
);

export const NEXT_FREE = statement<{ seconds: number }>(
  'otp.next_free',
  `SELECT ceil(extract(epoch FROM min(expires_at) - clock_now()))::int AS seconds
   FROM otp_challenges challenge WHERE contact = $1 AND purpose = $2 AND ${live('challenge')}`,
);

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

export const FIND = statement<FoundRow>(
  'otp.find',
  `SELECT purpose, channel, contact, generation, message_id, resend_at, expires_at,
     ceil(extract(epoch FROM resend_at - clock_now()))::int AS resend_in, ${live('challenge')} AS live,
     end_reason IS NOT DISTINCT FROM 'used' AS used
   FROM otp_challenges challenge WHERE id = $1`,
);

/** The next generation of a challenge; no row when somebody else was faster or it is over. */
export const RENEW = statement<OpenedRow>(
  'otp.renew',
  `UPDATE otp_challenges challenge
   SET generation = generation + 1, message_id = $3, charges = charges || $4::bytea[],
     code_length = ${codeLength('$5::int', '$6', '$7')}, resend_at = clock_now() + ${ladder('generation + 1')},
     expires_at = least(clock_now() + make_interval(secs => $8), created_at + interval '${LONGEST_LIFE_SECONDS} seconds')
   WHERE id = $1 AND generation = $2 AND ${live('challenge')}
   RETURNING generation, code_length, resend_at, expires_at`,
);

export interface CountedRow {
  readonly wrong_from_network: number;
  readonly purpose: OtpPurpose | null;
  readonly channel: 'sms' | 'email';
  readonly contact: string;
  readonly generation: number;
  readonly code_length: number;
  readonly attempts: number;
}

/** Counts an attempt before anybody looks at the code, so that no number of parallel guesses passes the limit. */
export const COUNT = statement<CountedRow>(
  'otp.count',
  `WITH network AS (SELECT rate_limit_count($3, 3600) AS wrong),
   counted AS (
     UPDATE otp_challenges challenge SET attempts = attempts + 1
     WHERE id = $1 AND purpose = ANY ($2::text[]) AND ${live('challenge')}
       AND (SELECT wrong FROM network) < ${WRONG_CODES_AN_HOUR}
     RETURNING purpose, channel, contact, generation, code_length, attempts),
   stats AS (
     INSERT INTO otp_check_stats AS minutes (minute, checks) SELECT date_trunc('minute', clock_now()), 1 FROM counted
     ON CONFLICT (minute) DO UPDATE SET checks = minutes.checks + 1)
   SELECT network.wrong AS wrong_from_network, counted.*
   FROM network LEFT JOIN counted ON true, set_config('synchronous_commit', 'off', true)`,
);

export const COUNT_WRONG = statement(
  'otp.count_wrong',
  `INSERT INTO otp_check_stats AS minutes (minute, checks, wrong)
   SELECT date_trunc('minute', clock_now()), 0, 1 FROM set_config('synchronous_commit', 'off', true)
   ON CONFLICT (minute) DO UPDATE SET wrong = minutes.wrong + 1`,
);

export const FORGIVE = statement(
  'otp.forgive',
  `UPDATE otp_challenges SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0`,
);

/**
 * Ends the challenge as used and the contact's others as superseded. Rows are locked in the order of their ids, so that
 * several of one contact at once do not wait for each other: the first wins, the rest find theirs ended.
 */
export const CONSUME = statement<{ charges: Buffer[] }>(
  'otp.consume',
  `WITH open AS MATERIALIZED (
     SELECT id, generation FROM otp_challenges
     WHERE contact = $2 AND purpose = $3 AND ended_at IS NULL ORDER BY id FOR UPDATE),
   ended AS (
     UPDATE otp_challenges challenge
     SET ended_at = clock_now(), end_reason = CASE WHEN challenge.id = $1 THEN 'used' ELSE 'superseded' END
     FROM open WHERE challenge.id = open.id AND EXISTS (SELECT FROM open WHERE id = $1 AND generation = $4)
     RETURNING challenge.id, challenge.charges),
   used AS (SELECT charges FROM ended WHERE id = $1),
   known AS (
     INSERT INTO otp_known_networks AS known (contact, network, last_signed_in_at) SELECT $5, $6, clock_now() FROM used
     ON CONFLICT (contact, network) DO UPDATE SET last_signed_in_at = excluded.last_signed_in_at)
   SELECT charges FROM used`,
);
