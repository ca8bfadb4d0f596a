import type { LimitsConfig } from '../../config/limits.config.js';
import {
  brief,
  compose,
  durable,
  type Fragment,
  type Statement,
  statement,
} from '../../platform/database/statement.js';
import { adding, refunding, type TakeRow, UNWAITED } from '../../platform/rate-limit/rate-limiter.js';
import { othersLive } from '../challenges/challenges.service.js';
import { isPaused } from '../number-blocks/number-blocks.service.js';
import { secondsUntilSending } from '../sending/sending.service.js';
import { refundingSms } from '../sms-budget/sms-budget.service.js';

/** How long a network from which a contact signed in counts as known to it. */
export const KNOWN_FOR_DAYS = 90;

export interface AskedRow extends TakeRow {
  /** Whether the contact has signed in within 90 days, and whether from this network. */
  readonly known: boolean;
  readonly known_here: boolean;
  /** In how many seconds SMS are taken again; null while they are. */
  readonly held: number | null;
  /** Whether other askers leave a place for the challenge. */
  readonly has_place: boolean;
  /** Whether the number block hardly answers, so that only a trickle goes there. */
  readonly paused: boolean;
  /** Whether its breaker should look at the block. */
  readonly crowded: boolean;
  readonly allowed: boolean;
  /** The moment that the hour of the budget is told by. */
  readonly moment: Date;
}

/**
 * Decides whether one message may be sent, and takes it from every counter and from the budget, or from none. Whoever finds no place
 * must not touch the counters even for an instant, or strangers could keep them busy. Offers `allowed` (block), which is empty where
 * nothing may be sent; `block` is the counter of the block that was charged, if one was.
 *
 * Parameters after the four of the counters: the contact, its hash, the hash of the network, the purpose (null needs no place), the
 * keys of the block and of its trickle (null where blocks do not count), the daily budget (null where no SMS is sent).
 *
 * @param before what stands before the function in its FROM list
 */
const taking = (limits: LimitsConfig, before = ''): Fragment => {
  const { codesPerBlock, codesPerPausedBlock, smsBudget, liveChallenges } = limits;
  const ofBlock = (whenPaused: string, otherwise: string, type: string) =>
    `CASE WHEN $9::bytea IS NULL OR known_here THEN '{}' WHEN paused THEN ARRAY[${whenPaused}] ELSE ARRAY[${otherwise}] END::${type}[]`;
  return {
    parameters: 11,
    ctes: `
     acquainted AS MATERIALIZED (
       SELECT count(*) > 0 AS known, coalesce(bool_or(network = $7), false) AS known_here FROM otp_known_networks
       WHERE contact = $6 AND last_signed_in_at > clock_now() - interval '${KNOWN_FOR_DAYS} days'),
     asked AS MATERIALIZED (
       SELECT known, known_here, CASE WHEN $11::bigint IS NOT NULL THEN ${secondsUntilSending("'sms'")} END AS held,
         $9::bytea IS NOT NULL AND ${isPaused('$9::bytea')} AS paused,
         $8::text IS NULL OR known_here OR ${othersLive(limits, { contact: '$5', purpose: '$8', asker: '$7' })} < ${liveChallenges.quota}
           AS has_place,
         coalesce((SELECT cardinality(hits) >= ${hitsOfCrowd(limits)} FROM rate_limits WHERE key = $9::bytea), false) AS crowded
       FROM acquainted),
     taken AS MATERIALIZED (
       SELECT send.* FROM asked, ${before} send_take(
         $1::bytea[] || ${ofBlock('$10::bytea', '$9::bytea', 'bytea')},
         $2::int[] || ${ofBlock(`${codesPerPausedBlock.quota}`, `${codesPerBlock.quota}`, 'int')},
         $3::int[] || ${ofBlock(`${codesPerPausedBlock.windowSeconds}`, `${codesPerBlock.windowSeconds}`, 'int')},
         greatest($4::int, ${codesPerBlock.quota}, ${codesPerPausedBlock.quota}), $11::bigint, ${smsBudget.hourParts}, ${smsBudget.reservePercent}, known) AS send
       WHERE has_place AND held IS NULL),
     allowed AS MATERIALIZED (
       SELECT CASE WHEN NOT known_here THEN CASE WHEN paused THEN $10::bytea ELSE $9::bytea END END AS block
       FROM asked, taken WHERE refused_by IS NULL)`,
  };
};

const VERDICT =
  'known, known_here, held, has_place, paused, crowded AND NOT paused AS crowded, taken.*, EXISTS (SELECT FROM allowed) AS allowed, clock_now() AS moment';

/** The decision alone. */
export const takeStatement = (limits: LimitsConfig): Statement<AskedRow> =>
  brief(compose('otp.take', [taking(limits, `${UNWAITED},`)], `SELECT ${VERDICT} FROM asked LEFT JOIN taken ON true`));

/** What is written where a message may be sent. */
export interface Writing {
  readonly name: string;
  /** They read `allowed` as {@link taking} offers it, and offer `written`, which is empty where that is. */
  readonly fragments: readonly Fragment[];
  /** Those of `written` that are answered; null where it is empty. */
  readonly columns: string;
}

/** The decision, and what is written by it: all of it happens, or none. The values of the fragments come last. */
export const takeAndWriteStatement = <Row>(
  limits: LimitsConfig,
  { name, fragments, columns }: Writing,
): Statement<AskedRow & Row> =>
  durable(
    compose<AskedRow & Row>(
      name,
      [taking(limits), ...fragments],
      `SELECT ${VERDICT}, ${columns} FROM asked LEFT JOIN taken ON true LEFT JOIN written ON true`,
    ),
    ({ allowed }) => allowed,
  );

/** Fewer unanswered codes than this cannot be too many of those that a breaker looks at. */
const hitsOfCrowd = ({ blockBreaker: { sends, answeredPercent } }: LimitsConfig): number =>
  Math.floor((sends * (100 - answeredPercent)) / 100);

/** SQL: adds to the checks of this minute, from which it shows when somebody guesses everywhere. */
const countChecks = (checks: string, wrong: string): string =>
  `INSERT INTO otp_check_stats AS stats (minute, checks, wrong)
   SELECT date_trunc('minute', clock_now()), ${checks}::int, ${wrong}::int
   ON CONFLICT (minute) DO UPDATE SET checks = stats.checks + excluded.checks, wrong = stats.wrong + excluded.wrong`;

export const REWARD = brief(
  statement(
    'otp.reward',
    `WITH known AS (
     INSERT INTO otp_known_networks AS known (contact, network, last_signed_in_at)
     SELECT DISTINCT contact, network, clock_now() FROM unnest($2::bytea[], $3::bytea[]) AS answered (contact, network)
     ORDER BY contact, network
     ON CONFLICT (contact, network) DO UPDATE SET last_signed_in_at = excluded.last_signed_in_at),
   counted AS (${countChecks('cardinality($2::bytea[])', '0')})
   SELECT ${refunding('$1')}`,
  ),
);

/** Takes back a charge; `$2` is when it took from the budget, or null. */
export const CANCEL = statement(
  'otp.cancel',
  `SELECT ${refunding('$1')}, (SELECT ${refundingSms('taken_at')} FROM (VALUES ($2::timestamptz)) AS budgeted (taken_at) WHERE taken_at IS NOT NULL)`,
);

export const FORGET_NETWORKS = statement('otp.forget_networks', 'DELETE FROM otp_known_networks WHERE contact = $1');

export const COUNT_WRONG = statement(
  'otp.count_wrong',
  `WITH counted AS (${countChecks('1', '1')}) SELECT ${adding('$1')}`,
);
