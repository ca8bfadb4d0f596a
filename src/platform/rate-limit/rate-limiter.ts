import { Injectable } from '@nestjs/common';
import { deriveKey, keyedHash } from '../../common/crypto.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

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

const TAKE = statement<{ refused_by: number; retry_after: number }>(
  'rate_limit.take',
  'SELECT * FROM rate_limit_take($1::bytea[], $2::int[], $3::int[])',
);
const ADD = statement('rate_limit.add', `SELECT rate_limit_add($1::bytea[], ${KEPT_EVENTS})`);
const REFUND = statement('rate_limit.refund', 'SELECT rate_limit_refund($1::bytea[])');

/**
 * Sliding-window limits in PostgreSQL, exact and shared by every replica. Each call is a statement of its own that does
 * not wait for the disk; call them outside transactions, or the counters are rolled back and locked with them.
 */
@Injectable()
export class RateLimiter {
  private readonly hashKey: Buffer;

  constructor(
    private readonly database: Database,
    secret: SecretConfig,
  ) {
    this.hashKey = deriveKey(secret.appSecret, 'rate-limits');
  }

  /** The stored key of a counter. Two policies that share it count the same events. */
  key(counter: string, subject: string): Buffer {
    return keyedHash(this.hashKey, counter, subject).subarray(0, 16);
  }

  /** Takes one from every limit, or from none: then it answers the one that takes longest to free. */
  async take(limits: readonly Limit[]): Promise<Refusal | undefined> {
    const refused = await this.database.first(TAKE, [
      limits.map((limit) => limit.key),
      limits.map((limit) => limit.policy.quota),
      limits.map((limit) => limit.policy.windowSeconds),
    ]);
    const policy = refused && limits[refused.refused_by - 1]?.policy;
    return policy && { policy, retryAfterSeconds: refused.retry_after };
  }

  /** Counts an event that is not limited here; SQL reads it with `rate_limit_count(key, seconds)`, up to 100. */
  async add(keys: readonly Buffer[]): Promise<void> {
    await this.database.run(ADD, [keys]);
  }

  /** Gives back what was taken: the newest hit of each key, as often as the key stands in the list. */
  async refund(keys: readonly Buffer[]): Promise<void> {
    await this.database.run(REFUND, [keys]);
  }
}
