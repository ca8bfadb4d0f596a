import { Injectable } from '@nestjs/common';
import { type Contact, contactsOf } from '../../common/contact.js';
import { deriveKey, keyedHash } from '../../common/crypto.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import type { User } from './user.entity.js';
import { ContactReleased } from './users.events.js';

/** How long a contact that was given up is remembered. */
const REMEMBERED_DAYS = 180;

/** SQL: whether a row of released_contacts still counts. */
export const REMEMBERED = `released_at > clock_now() - interval '${REMEMBERED_DAYS} days'`;

const RELEASE = statement(
  'users.release_contact',
  `INSERT INTO released_contacts (contact, user_id, blocked) VALUES ($1, $2, $3)
   ON CONFLICT (contact, user_id) DO UPDATE SET blocked = excluded.blocked, released_at = clock_now()`,
);

const FORMER_OWNERS = statement<{ id: string }>(
  'users.former_owners',
  `SELECT DISTINCT former.user_id AS id FROM released_contacts former
   WHERE former.user_id <> $1 AND former.${REMEMBERED} AND former.contact IN (
     SELECT unnest($2::bytea[]) UNION SELECT own.contact FROM released_contacts own WHERE own.user_id = $1 AND own.${REMEMBERED})`,
);

/** Contacts that people gave up: whose they were stays known for a while, as keyed hashes and nothing else. */
@Injectable()
export class ReleasedContacts {
  private readonly hashKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    secret: SecretConfig,
  ) {
    this.hashKey = deriveKey(secret.appSecret, 'released-contacts');
  }

  /** The stored form of a contact. */
  stored({ value }: Contact): Buffer {
    return keyedHash(this.hashKey, value).subarray(0, 16);
  }

  /** Lets go of a contact in the caller's transaction: whose it was is remembered, and what waited there is over. */
  async release({ id, status }: Pick<User, 'id' | 'status'>, contact: Contact): Promise<void> {
    await this.database.run(RELEASE, [this.stored(contact), id, status === 'blocked']);
    await this.events.publish(new ContactReleased(id, contact));
  }

  /**
   * The ids of those who gave up a contact that this person has or had: as far as anybody can tell, the same person before they
   * deleted an account or changed a number.
   */
  async formerOwners(person: Pick<User, 'id' | 'phone' | 'email'>): Promise<string[]> {
    const contacts = contactsOf(person).map((contact) => this.stored(contact));
    const owners = await this.database.run(FORMER_OWNERS, [person.id, contacts]);
    return owners.map(({ id }) => id);
  }
}
