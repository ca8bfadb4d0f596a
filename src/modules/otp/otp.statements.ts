import type { LimitPolicy } from '../../common/domain-error.js';
import { compose, type Fragment, statement } from '../../platform/database/statement.js';
import { hitsWithin, secondsUntilFree, type TakeRow, taking } from '../../platform/rate-limit/rate-limiter.js';
import { ENQUEUE, WITHDRAW } from '../messages/messages.service.js';
import type { OtpPurpose } from './otp-challenge.entity.js';

const DAY_SECONDS = 86_400;
export const OTP_TEMPLATE = 'otp-code';
export const ATTEMPTS = 5;
export const LIVE_CHALLENGES = 3;
/** More than the ladder lets through: it bounds who resends what a broken provider refuses at once. */
const GENERATIONS = 10;
/** However often it is sent again, a challenge ends this long after its first message (ASVS 6.5.5). */
const LONGEST_LIFE_SECONDS = 600;
export const LADDER_SECONDS = [60, 120, 300] as const;
export const WRONG_FROM_NETWORK: LimitPolicy = { name: 'otp-wrong-network', quota: 60, windowSeconds: 3_600 };
/** How long a network from which a contact signed in counts as known to it. */
export const KNOWN_FOR_DAYS = 90;

const live = (alias: string): string =>
  `${alias}.ended_at IS NULL AND ${alias}.expires_at > clock_now() AND ${alias}.attempts < ${ATTEMPTS}`;

/** Codes grow where somebody guesses: on this contact, from this network, or everywhere (more than 5 % of ≥ 200 checks wrong). */
const codeLength = (usual: string, contactKey: string, networkKey: string): string => `
  CASE WHEN ${hitsWithin(contactKey, DAY_SECONDS)} >= 10
         OR ${hitsWithin(networkKey, DAY_SECONDS)} >= 5
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

/** The message of a challenge as it was just written; a code's parameters are what it is derived from. */
const newMessage = (challenge: string, id: string, locale: string): string => `
   new_message AS (
     SELECT ${id}::uuid AS id, channel, contact AS recipient, '${OTP_TEMPLATE}' AS template, ${locale}::text AS locale, expires_at,
       subject AS subject_id,
       jsonb_build_object('challenge', encode(${challenge}, 'base64'), 'purpose', purpose, 'generation', generation,
                          'length', code_length) AS params
     FROM written)`;

const WRITTEN_COLUMNS = 'generation, code_length, resend_at, expires_at';

/**
 * Opens a challenge in place of the asker's own and queues its message. It inherits what the other's messages were charged to: whoever
 * gives the right code in the end has answered them all.
 */
const OPENING: Fragment = {
  parameters: 14,
  ctes: `
   replaced AS (
     UPDATE otp_challenges SET ended_at = clock_now(), end_reason = 'replaced', pending_password = NULL
     WHERE contact = $4 AND purpose = $2 AND ended_at IS NULL AND asker = $5
     RETURNING message_id, CASE WHEN created_at > clock_now() - interval '1 hour' THEN charges END AS charges),
   written AS (
     INSERT INTO otp_challenges (id, purpose, channel, contact, asker, code_length, message_id, charges, resend_at, expires_at,
       subject, pending_password)
     SELECT $1, $2, $3, $4, $5, ${codeLength('$6::int', '$7', '$8')}, $9,
       $10::bytea[] || (SELECT charges FROM replaced LIMIT 1),
       clock_now() + ${ladder('1')}, clock_now() + make_interval(secs => $11), $13::uuid, $14::text
     RETURNING *),
   ${newMessage('$1', '$9', '$12')}`,
};

export interface NewlyOpenedRow extends OpenedRow {
  /** The message of the asker's own challenge that was replaced. */
  readonly replaced: string | null;
}

export const OPEN = compose<NewlyOpenedRow>(
  'otp.open',
  [OPENING, ENQUEUE],
  `SELECT ${WRITTEN_COLUMNS}, (SELECT message_id FROM replaced LIMIT 1) AS replaced FROM written`,
);

/**
 * Takes a message from the limits if the contact has a place for the asker's challenge: few others are live, or the asker is
 * known. Whoever finds none must not touch the limits even for an instant, or strangers could keep them busy; so the function
 * gets its keys from the row that says there is a place.
 */
export const TAKE_WITH_PLACE = statement<TakeRow>(
  'otp.take_with_place',
  `SELECT taken.* FROM (
     SELECT $1::bytea[] AS keys FROM (
       SELECT count(*) AS live FROM otp_challenges other
       WHERE contact = $5 AND purpose = $6 AND asker <> $7 AND ${live('other')}) AS others
     WHERE live < ${LIVE_CHALLENGES} OR EXISTS (
       SELECT FROM otp_known_networks
       WHERE contact = $8 AND network = $7 AND last_signed_in_at > clock_now() - interval '${KNOWN_FOR_DAYS} days')
   ) AS place, ${taking('place.keys')} AS taken`,
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

/** The next generation of a challenge and its message; no row when somebody else was faster or it is over. */
const RENEWING: Fragment = {
  parameters: 10,
  ctes: `
   written AS (
     UPDATE otp_challenges challenge
     SET generation = generation + 1, message_id = $3, charges = charges || $4::bytea[],
       code_length = ${codeLength('$5::int', '$6', '$7')}, resend_at = clock_now() + ${ladder('generation + 1')},
       expires_at = least(clock_now() + make_interval(secs => $8), created_at + interval '${LONGEST_LIFE_SECONDS} seconds')
     WHERE id = $1 AND generation = $2 AND generation < ${GENERATIONS} AND ${live('challenge')}
     RETURNING *),
   old_message AS (SELECT $9::uuid AS id, channel FROM written),
   ${newMessage('$1', '$3', '$10')}`,
};

export const RENEW = compose<OpenedRow>(
  'otp.renew',
  [RENEWING, WITHDRAW, ENQUEUE],
  `SELECT ${WRITTEN_COLUMNS} FROM written`,
);

export interface CountedRow {
  /** Seconds until codes are taken from the network again; null when they are. */
  readonly network_wait: number | null;
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
  `WITH network AS (SELECT ${secondsUntilFree('$3', WRONG_FROM_NETWORK)} AS wait),
   counted AS (
     UPDATE otp_challenges challenge SET attempts = attempts + 1
     WHERE id = $1 AND purpose = ANY ($2::text[]) AND subject IS NOT DISTINCT FROM $4 AND ${live('challenge')}
       AND (SELECT wait FROM network) IS NULL
     RETURNING purpose, channel, contact, generation, code_length, attempts)
   SELECT network.wait AS network_wait, counted.*
   FROM network LEFT JOIN counted ON true, set_config('synchronous_commit', 'off', true)`,
);

/** SQL: adds to the checks of this minute, from which it shows when somebody guesses everywhere. */
export const countChecks = (checks: string, wrong: string): string =>
  `INSERT INTO otp_check_stats AS stats (minute, checks, wrong)
   SELECT date_trunc('minute', clock_now()), ${checks}::int, ${wrong}::int
   ON CONFLICT (minute) DO UPDATE SET checks = stats.checks + excluded.checks, wrong = stats.wrong + excluded.wrong`;

export const FORGIVE = statement(
  'otp.forgive',
  `UPDATE otp_challenges SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0`,
);
