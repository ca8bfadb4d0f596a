import { Injectable, Logger } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

type Channel = Contact['channel'];

/** Told of a message that the provider took; any other word is the kind of a failure. */
export const TAKEN = 'taken';

/** The provider works and wants this one message not. */
const OF_ONE_MESSAGE: ReadonlySet<string> = new Set([TAKEN, 'invalid_number', 'validation', 'rejected']);
/** No message will pass before somebody does something about it. */
const OPENING_AT_ONCE: ReadonlySet<string> = new Set(['unauthorized', 'no_money', 'address_not_allowed']);

const FAILURES_IN_A_ROW = 10;
const AT_ONCE_SECONDS = 60;
const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 300;
/** A courier that died during a trial leaves it to others after this long. */
const TRIAL_SECONDS = 30;

export interface RoomTerms {
  /** SQL: the channel. */
  readonly channel: string;
  /** SQL: how many messages a courier wants. */
  readonly wanted: string;
  /** SQL: whether some message waits; or nobody would end the trial. */
  readonly waiting: string;
}

/**
 * SQL: CTEs of which `room.messages` says how many messages may be taken now; no row for none. While the transport is in doubt it is one,
 * to one courier of all, and then `trial` has a row. A second courier waits for the row that the first writes, and finds the trial taken.
 */
export const roomToSend = ({ channel, wanted, waiting }: RoomTerms): string => `
   trial AS (
     UPDATE sending SET trial_until = clock_now() + interval '${TRIAL_SECONDS} seconds'
     WHERE sending.channel = ${channel} AND enabled AND open_until <= clock_now()
       AND (trial_until <= clock_now()) IS NOT FALSE AND ${waiting}
     RETURNING sending.channel),
   room AS (
     SELECT ${wanted} AS messages FROM sending WHERE sending.channel = ${channel} AND enabled AND open_until IS NULL
     UNION ALL SELECT 1 FROM trial)`;

interface Reported {
  readonly failing: boolean;
  readonly failure: string | null;
  readonly opens: boolean;
  readonly closes: boolean;
}

// Changes nothing while the breaker is open: what is told then was on its way before.
const REPORT = statement<Reported>(
  'sending.report',
  `WITH was AS (
     SELECT trips, open_until IS NOT NULL AS trying, CASE WHEN $3 THEN 0 ELSE failures END + $2::int AS in_a_row
     FROM sending WHERE channel = $1 AND (open_until <= clock_now()) IS NOT FALSE FOR UPDATE),
   verdict AS (
     SELECT trips, trying, in_a_row, $2 > 0 AND (trying OR $5 OR in_a_row >= ${FAILURES_IN_A_ROW}) AS opens,
       $3::boolean AND $2 = 0 AS fine
     FROM was)
   UPDATE sending SET
     failures = in_a_row,
     trips = CASE WHEN opens THEN least(verdict.trips + 1, 10) WHEN fine THEN 0 ELSE verdict.trips END,
     open_until = CASE
       WHEN opens THEN clock_now() + make_interval(
         secs => CASE WHEN $5::boolean THEN ${AT_ONCE_SECONDS} ELSE least(${FIRST_SECONDS} * 2 ^ verdict.trips, ${LONGEST_SECONDS}) END)
       WHEN NOT fine THEN open_until END,
     failure = CASE WHEN opens THEN $4::text WHEN NOT fine THEN failure END,
     trial_until = NULL
   FROM verdict, set_config('synchronous_commit', 'off', true)
   WHERE channel = $1
   RETURNING failures > 0 OR open_until IS NOT NULL AS failing, failure, opens, fine AND trying AS closes`,
);

export interface Outlook {
  /** Whether messages have failed since one was taken: then those that are taken count, too. */
  readonly failing: boolean;
  /** Whether messages wait, all or all but one. */
  readonly holding: boolean;
}

const OUTLOOK = statement<Outlook>(
  'sending.outlook',
  `SELECT failures > 0 OR open_until IS NOT NULL AS failing, NOT enabled OR open_until IS NOT NULL AS holding
   FROM sending WHERE channel = $1`,
);

/** Whether what is told of a message says that the transport works. */
export const speaksWell = (end: string): boolean => OF_ONE_MESSAGE.has(end);

/**
 * Stops sending by a transport that fails, in every process: at once where no message can pass, else after ten failures in a row.
 * When its time is over one message is tried; that ends it, or opens the breaker again, each time for longer.
 */
@Injectable()
export class TransportBreaker {
  private readonly logger = new Logger(TransportBreaker.name);

  constructor(private readonly database: Database) {}

  /**
   * Tells how messages ended, in their order: {@link TAKEN} or the kind of the failure. Nothing, where a trial told nothing: then the
   * next may begin. Answers whether the transport is failing: while it is not, what went well need not be told.
   */
  async report(channel: Channel, ends: readonly string[]): Promise<boolean> {
    const reported = await this.database.first(REPORT, [channel, ...tallyOf(ends)]);
    if (reported?.opens) this.logger.warn(`${channel} messages wait, for the provider fails: ${reported.failure}`);
    if (reported?.closes) this.logger.log(`${channel} messages are sent again`);
    return reported?.failing ?? true;
  }

  async outlook(channel: Channel): Promise<Outlook> {
    return (await this.database.first(OUTLOOK, [channel])) ?? { failing: false, holding: false };
  }
}

/** How many failed after the last that did not, whether there was one, the failure to name, and whether it opens at once. */
function tallyOf(ends: readonly string[]): readonly [number, boolean, string | undefined, boolean] {
  const lastFine = ends.map(speaksWell).lastIndexOf(true);
  const failures = ends.length - 1 - lastFine;
  const grave = ends.find((end) => OPENING_AT_ONCE.has(end));
  return [grave ? Math.max(1, failures) : failures, lastFine >= 0, grave ?? ends.at(-1), grave !== undefined];
}
