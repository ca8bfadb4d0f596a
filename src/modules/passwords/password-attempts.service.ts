import { Injectable } from '@nestjs/common';
import { keyedHash } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { RateLimiter, refunding } from '../../platform/rate-limit/rate-limiter.js';
import { CodeRequired, TooManyPasswordFailures } from './passwords.errors.js';

/**
 * Whose password is tried: a person's, or that of a name which nobody has. What a network may try is counted by the name that was
 * typed, or a refusal would tell which phone and which e-mail address are one person's.
 */
export type AttemptedAccount =
  { readonly personId: string; readonly typedName?: string } | { readonly unknownName: string };

// How many in a row an account takes, from wherever, is bounded (NIST SP 800-63B §3.2.2).
const COUNT = statement<{ inARow: number }>(
  'passwords.count_attempt',
  `INSERT INTO password_failures AS failures (account, in_a_row, last_at)
   SELECT $1, 1, clock_now() FROM set_config('synchronous_commit', 'off', true)
   ON CONFLICT (account) DO UPDATE SET in_a_row = failures.in_a_row + 1, last_at = clock_now()
   WHERE failures.in_a_row < $2 RETURNING in_a_row AS "inARow"`,
);

const SUCCEED = statement(
  'passwords.attempt_succeeded',
  `WITH forgiven AS (DELETE FROM password_failures WHERE account = $2) SELECT ${refunding('$1')}`,
);

const CANCEL = statement(
  'passwords.attempt_cancelled',
  `WITH uncounted AS (UPDATE password_failures SET in_a_row = greatest(in_a_row - 1, 0) WHERE account = $2)
   SELECT ${refunding('$1')}`,
);

const FORGIVE = statement('passwords.forgive', 'DELETE FROM password_failures WHERE account = $1');

/** Begins to count anew, by {@link PasswordAttempts.forgiveness}; it should not wait for the disk. */
export const FORGIVE_PASSWORDS: Fragment = {
  parameters: 1,
  ctes: 'forgiven AS (DELETE FROM password_failures WHERE account = $1)',
};

/**
 * How often passwords may be guessed. An attempt counts as a failure from its start, so that any number of guesses at once
 * stays within the limits, and is given back when it was none.
 */
@Injectable()
export class PasswordAttempts {
  private readonly hashKey: Buffer;

  constructor(
    private readonly limiter: RateLimiter,
    private readonly database: Database,
    private readonly limits: LimitsConfig,
    root: RootKey,
  ) {
    this.hashKey = root.derive('password-failures');
  }

  /**
   * Compares by `compare`, which answers whether the password is right, unless there were too many failures. Call it outside
   * transactions.
   * @throws TooManyPasswordFailures, CodeRequired
   */
  async attempt(account: AttemptedAccount, network: string, compare: () => Promise<boolean>): Promise<boolean> {
    const stored = this.stored(account);
    const taken = await this.take(this.tried(account), network);
    const counted = await this.database.first(COUNT, [stored, this.limits.passwordsInARow]);
    if (!counted) {
      await this.limiter.refund(taken);
      throw new CodeRequired();
    }
    try {
      const right = await compare();
      if (right) await this.database.run(SUCCEED, [taken, stored]);
      return right;
    } catch (error) {
      await this.database.run(CANCEL, [taken, stored]);
      throw error;
    }
  }

  /** Begins to count anew with the caller's transaction, after somebody proved to be the person in another way. */
  async forgive(personId: string): Promise<void> {
    await this.database.run(FORGIVE, [this.stored({ personId })]);
  }

  /** The value of {@link FORGIVE_PASSWORDS}. */
  forgiveness(personId: string): Buffer {
    return this.stored({ personId });
  }

  private async take(account: Buffer, network: string): Promise<Buffer[]> {
    const limits = [
      {
        key: this.limiter.key('password-account', `${account.toString('hex')} ${network}`),
        policy: this.limits.passwordsPerName,
      },
      { key: this.limiter.key('password-network', network), policy: this.limits.passwordsPerNetwork },
    ];
    const refusal = await this.limiter.take(limits);
    if (refusal) throw new TooManyPasswordFailures(refusal);
    return limits.map(({ key }) => key);
  }

  private tried(account: AttemptedAccount): Buffer {
    const { typedName } = 'personId' in account ? account : { typedName: account.unknownName };
    return typedName === undefined ? this.stored(account) : this.ofName(typedName);
  }

  private stored(account: AttemptedAccount): Buffer {
    return 'personId' in account
      ? keyedHash(this.hashKey, 'person', account.personId)
      : this.ofName(account.unknownName);
  }

  private ofName(name: string): Buffer {
    return keyedHash(this.hashKey, 'name', name);
  }
}
