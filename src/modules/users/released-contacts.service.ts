import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Contact, contactsOf } from '../../common/contact.js';
import { keyedHash } from '../../common/crypto.js';
import { RetentionConfig } from '../../config/config.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';
import type { User } from './user.entity.js';
import { ContactReleased } from './users.events.js';

/** SQL: whether a row of released_contacts still counts, which it does for so many days. */
export const remembered = (days: string): string => `released_at > clock_now() - make_interval(days => ${days}::int)`;

const FORGET = forgetting('released_contacts', { old: `NOT ${remembered('$2')}`, order: 'released_at' });

const RELEASE = statement(
  'users.release_contact',
  `INSERT INTO released_contacts (contact, user_id, blocked) VALUES ($1, $2, $3)
   ON CONFLICT (contact, user_id) DO UPDATE SET blocked = excluded.blocked, released_at = clock_now()`,
);

/**
 * Those who gave up a contact that a person has or had: as far as anybody can tell, the same person before they deleted an account or
 * changed a number. Offers `former` (id); its values are {@link ReleasedContacts.formerOwnersOf}.
 */
export const FORMER_OWNERS: Fragment = {
  parameters: 3,
  ctes: `
   former AS MATERIALIZED (
     SELECT DISTINCT former.user_id AS id FROM released_contacts former
     WHERE former.user_id <> $1 AND former.${remembered('$3')} AND former.contact IN (
       SELECT unnest($2::bytea[]) UNION SELECT own.contact FROM released_contacts own WHERE own.user_id = $1 AND own.${remembered('$3')}))`,
};

/** Contacts that people gave up: whose they were stays known for a while, as keyed hashes and nothing else. */
@Injectable()
export class ReleasedContacts implements OnModuleInit {
  private readonly hashKey: Buffer;
  /** Those that contacts may have been stored under. */
  private readonly hashKeys: readonly Buffer[];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
    root: RootKey,
  ) {
    this.hashKey = root.derive('released-contacts');
    this.hashKeys = root.deriveAll('released-contacts');
  }

  onModuleInit(): void {
    this.retention.register({ name: 'released_contacts', statement: FORGET, values: [this.rememberedDays] });
  }

  /** How long it is remembered whose a contact was. */
  get rememberedDays(): number {
    return this.kept.releasedContactsDays;
  }

  /** The stored form of a contact. */
  stored(contact: Contact): Buffer {
    return hashOf(this.hashKey, contact);
  }

  /** The same, and what it was while there was another root key. */
  mayBeStoredAs(contact: Contact): Buffer[] {
    return this.hashKeys.map((key) => hashOf(key, contact));
  }

  /** Lets go of a contact in the caller's transaction: whose it was is remembered, and what waited there is over. */
  async release({ id, status }: Pick<User, 'id' | 'status'>, contact: Contact): Promise<void> {
    await this.database.run(RELEASE, [this.stored(contact), id, status === 'blocked']);
    await this.events.publish(new ContactReleased(id, contact));
  }

  /** The values of {@link FORMER_OWNERS}: the person, then what tells of their contacts. */
  formerOwnersOf(person: Pick<User, 'id' | 'phone' | 'email'>): unknown[] {
    const contacts = contactsOf(person).flatMap((contact) => this.mayBeStoredAs(contact));
    return [person.id, contacts, this.rememberedDays];
  }
}

const hashOf = (key: Buffer, { value }: Contact): Buffer => keyedHash(key, value).subarray(0, 16);
