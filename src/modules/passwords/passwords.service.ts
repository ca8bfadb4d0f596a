import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LEAST_ID } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { PersonErasing } from '../users/users.events.js';
import { type AttemptedAccount, PasswordAttempts } from './password-attempts.service.js';
import { PasswordHasher } from './password-hasher.service.js';

/**
 * Gives the person in `person` (id, is_new) the password that waited in `proven` (pending_password), if that person is new: a
 * password typed for a contact which has an owner never counts. Offers nothing.
 */
export const SET_FIRST_PASSWORD: Fragment = {
  parameters: 0,
  ctes: `
   first_password AS (
     INSERT INTO passwords (user_id, hash)
     SELECT person.id, proven.pending_password FROM person CROSS JOIN proven
     WHERE person.is_new AND proven.pending_password IS NOT NULL)`,
};

/**
 * Offers `person` with the columns of users if the hash that was found right is theirs still. It stays theirs until the story
 * is told, so that a new password finds every session that the old one opened.
 */
export const STILL_RIGHT: Fragment = {
  parameters: 2,
  ctes: `
   person AS MATERIALIZED (
     SELECT holder.* FROM passwords password JOIN users holder ON holder.id = password.user_id
     WHERE password.user_id = $1 AND password.hash = $2 FOR SHARE OF password)`,
};

const SET = statement(
  'passwords.set',
  `INSERT INTO passwords AS password (user_id, hash) VALUES ($1, $2)
   ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = clock_now()`,
);

const HASH = statement<{ hash: string }>('passwords.hash', 'SELECT hash FROM passwords WHERE user_id = $1');

const CHANGED_AT = statement<{ changedAt: Date }>(
  'passwords.changed_at',
  'SELECT changed_at AS "changedAt" FROM passwords WHERE user_id = $1',
);

const REMOVE = statement('passwords.remove', 'DELETE FROM passwords WHERE user_id = $1');

/** The passwords that people have, and whether a typed one is right. */
@Injectable()
export class PasswordsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly attempts: PasswordAttempts,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.events.on(PersonErasing, async ({ personId }) => {
      await this.remove(personId);
      await this.attempts.forgive(personId);
    });
  }

  /**
   * Whether the typed password is the person's. Call it outside transactions.
   * @throws TooManyPasswordFailures, CodeRequired, HashingBusy
   */
  async proves(personId: string, typed: string, network: string): Promise<boolean> {
    return (await this.accepts({ personId }, typed, network)) !== undefined;
  }

  /**
   * The same for whoever a name belongs to. Answers the hash that the password is right for, as {@link STILL_RIGHT} takes it. For a
   * name that nobody has, and for a person without a password, everything is done just so, and the answer is undefined.
   * @throws TooManyPasswordFailures, CodeRequired, HashingBusy
   */
  async accepts(account: AttemptedAccount, typed: string, network: string): Promise<string | undefined> {
    let hash: string | undefined;
    const right = await this.attempts.attempt(account, network, async () => {
      hash = await this.hashOf('personId' in account ? account.personId : LEAST_ID);
      return this.hasher.verify(hash, typed);
    });
    return right ? hash : undefined;
  }

  /** Gives a person this password, hashed, in place of any other. */
  async set(personId: string, hash: string): Promise<void> {
    await this.database.run(SET, [personId, hash]);
  }

  /** Undefined when the person has no password. */
  async hashOf(personId: string): Promise<string | undefined> {
    return (await this.database.first(HASH, [personId]))?.hash;
  }

  async has(personId: string): Promise<boolean> {
    return (await this.hashOf(personId)) !== undefined;
  }

  /** When the password was set; null when the person has none. */
  async changedAt(personId: string): Promise<Date | null> {
    return (await this.database.first(CHANGED_AT, [personId]))?.changedAt ?? null;
  }

  async remove(personId: string): Promise<void> {
    await this.database.run(REMOVE, [personId]);
  }
}
