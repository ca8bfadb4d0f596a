import { Injectable } from '@nestjs/common';
import { contactsOf, maskContact } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { fullNameOf, type Person } from '../users/users.service.js';

type Row = Pick<Person, 'id' | 'phone' | 'email' | 'username' | 'firstName' | 'lastName'>;

const NAMES = statement<Row>(
  'users.names',
  `SELECT id, phone, email, username, first_name AS "firstName", last_name AS "lastName"
   FROM users WHERE id = ANY ($1::uuid[]) AND status <> 'deleted'`,
);

/** What staff know people by, where a list holds nothing of them but ids. */
@Injectable()
export class PeopleNames {
  constructor(private readonly database: Database) {}

  /** By their ids: the name, else the username, else the contact, masked. Those who were deleted have none. */
  async of(ids: readonly (string | null | undefined)[]): Promise<ReadonlyMap<string, string>> {
    const known = [...new Set(ids.filter((id) => typeof id === 'string'))];
    if (known.length === 0) return new Map();
    const rows = await this.database.run(NAMES, [known]);
    return new Map(rows.map((row) => [row.id, nameOf(row)]));
  }
}

function nameOf(row: Row): string {
  const [contact] = contactsOf(row);
  return fullNameOf(row) ?? row.username ?? (contact ? maskContact(contact) : row.id);
}
