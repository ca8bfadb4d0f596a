import { Injectable } from '@nestjs/common';
import { keyedHash } from '../../common/crypto.js';
import { RootKey } from '../root-key/root-key.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { Database } from '../database/database.js';
import { type Statement, statement } from '../database/statement.js';

/** A policy applied to somebody: `subject` is whatever is counted, e.g. a phone number; it is stored as a keyed hash. */
export interface Limit {
  readonly key: Buffer;
  readonly policy: LimitPolicy;
}

export interface Refusal {
  readonly policy: LimitPolicy;
  readonly retryAfterSeconds: number;
}

const KEPT_EVENTS = 100;

/** The answer of a statement that takes; both are null when it took. */
export interface TakeRow {
  readonly refused_by: number | null;
  readonly retry_after: number | null;
}

/** SQL: what stands before a FROM list, where nobody waits for the disk: a crash may forget the counts of the last instants. */
export const UNWAITED = `set_config('synchronous_commit', 'off', true) AS unwaited`;

/** SQL: takes by the first four parameters of its statement. */
export const TAKING = 'rate_limit_take($1::bytea[], $2::int[], $3::int[], $4::int)';

const TAKE = statement<TakeRow>('rate_limit.take', `SELECT taken.* FROM ${UNWAITED}, ${TAKING} AS taken`);
const TAKE_WITHIN = statement<TakeRow>('rate_limit.take_within', `SELECT * FROM ${TAKING}`);
/** SQL: counts an event that is not limited here, without waiting for the disk; {@link hitsWithin} reads it, up to 100. */
export const adding = (keys: string): string => `rate_limit_add(${keys}::bytea[], ${KEPT_EVENTS})`;

/** SQL: gives the charges of the keys back, without waiting for the disk. */
export const refunding = (keys: string): string => `rate_limit_refund(${keys}::bytea[])`;

const REFUND = statement('rate_limit.refund', `SELECT ${refunding('$1')}`);

/** SQL: how often a key was hit in the last `seconds`. Written out, because PostgreSQL plans a function of SQL at each call. */
export const hitsWithin = (key: string, seconds: number): string =>
  `(SELECT count(*) FROM rate_limits, unnest(hits) AS hit
    WHERE key = ${key} AND hit > clock_now() - interval '${seconds} seconds')`;

/** SQL: in how many seconds a key has room below the quota again; null when it has. */
export const secondsUntilFree = (key: string, { quota, windowSeconds }: LimitPolicy): string =>
  `(SELECT ceil(extract(epoch FROM hit + interval '${windowSeconds} seconds' - clock_now()))::int
    FROM rate_limits, unnest(hits) AS hit
    WHERE key = ${key} AND hit > clock_now() - interval '${windowSeconds} seconds'
    ORDER BY hit DESC OFFSET ${quota - 1} LIMIT 1)`;

/**
 * Sliding-window limits in PostgreSQL, exact and shared by every replica. Each call is a statement of its own that does
 * not wait for the disk; call them outside transactions, or the counters are rolled back and locked with them.
 */
@Injectable()
export class RateLimiter {
  private readonly hashKey: Buffer;

  constructor(
    private readonly database: Database,
    root: RootKey,
  ) {
    this.hashKey = root.derive('rate-limits');
  }

  /** The stored key of a counter. Two policies that share it count the same events. */
  key(counter: string, subject: string): Buffer {
    return keyedHash(this.hashKey, counter, subject).subarray(0, 16);
  }

  /** Takes one from every limit, or from none: then it answers the one that takes longest to free. */
  async take(limits: readonly Limit[]): Promise<Refusal | undefined> {
    return (await this.ask(TAKE, limits, [])).refusal;
  }

  /** The same with the caller's transaction: others who share a limit wait until it ends, and it is given back if that fails. */
  async takeWithin(limits: readonly Limit[]): Promise<Refusal | undefined> {
    return (await this.ask(TAKE_WITHIN, limits, [])).refusal;
  }

  /**
   * The same by a statement of the caller's that answers more; `values` are its parameters from the fifth on. What it takes and
   * {@link refunding} gives back in one is never seen by others: they wait until it ends.
   */
  async ask<Row extends TakeRow>(
    statementThatTakes: Statement<Row>,
    limits: readonly Limit[],
    values: readonly unknown[],
  ): Promise<{ row?: Row; refusal?: Refusal }> {
    const row = await this.database.first(statementThatTakes, [...rulesOf(limits), ...values]);
    const refused = limits[(row?.refused_by ?? 0) - 1];
    return { row, refusal: refused && { policy: refused.policy, retryAfterSeconds: row?.retry_after ?? 1 } };
  }

  /** Gives back what was taken: the newest hit of each key, as often as the key stands in the list. */
  async refund(keys: readonly Buffer[]): Promise<void> {
    await this.database.run(REFUND, [keys]);
  }
}

/** For each limit its key, its quota and its window, and the greatest quota of all. */
function rulesOf(limits: readonly Limit[]): unknown[] {
  const quotas = limits.map(({ policy }) => policy.quota);
  return [
    limits.map(({ key }) => key),
    quotas,
    limits.map(({ policy }) => policy.windowSeconds),
    Math.max(0, ...quotas),
  ];
}
