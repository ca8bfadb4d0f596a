import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { newId } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import type { User } from './user.entity.js';

/** A person, as every module may know them. */
export type Person = Readonly<User>;

/** The columns of {@link Person} for a SELECT over `users` under an alias. */
export const personColumns = (alias: string): string =>
  `${alias}.id, ${alias}.phone, ${alias}.email, ${alias}.username, ${alias}.first_name AS "firstName", ` +
  `${alias}.last_name AS "lastName", ${alias}.city, ${alias}.telegram_id AS "telegramId", ${alias}.avatar_id AS "avatarId", ` +
  `${alias}.locale, ${alias}.role, ${alias}.status, ${alias}.created_at AS "createdAt"`;

type FoundOrRegistered = Person & { readonly isNew: boolean };

const findOrRegister = (column: 'phone' | 'email') =>
  statement<FoundOrRegistered>(
    `users.find_or_register_${column}`,
    `WITH found AS (SELECT * FROM users WHERE ${column} = $2),
     registered AS (
       INSERT INTO users (id, ${column}) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM found)
       ON CONFLICT (${column}) DO NOTHING RETURNING *)
     SELECT ${personColumns('found')}, false AS "isNew" FROM found
     UNION ALL SELECT ${personColumns('registered')}, true FROM registered`,
  );

const FIND_OR_REGISTER = { sms: findOrRegister('phone'), email: findOrRegister('email') };

/** People: finding and registering them by a contact they have proven. */
@Injectable()
export class UsersService {
  constructor(private readonly database: Database) {}

  /** The owner of a proven contact; made now if there is none. Of parallel calls one makes the person, all get the same. */
  async findOrRegister({ channel, value }: Contact): Promise<{ person: Person; isNew: boolean }> {
    const row = (await this.tryToFindOrRegister(channel, value)) ?? (await this.tryToFindOrRegister(channel, value));
    if (!row) throw new Error('a contact had neither an owner nor room for one');
    const { isNew, ...person } = row;
    return { person, isNew };
  }

  /** No row when somebody else registered the contact while we waited: the next statement sees them. */
  private tryToFindOrRegister(channel: Contact['channel'], value: string): Promise<FoundOrRegistered | undefined> {
    return this.database.first(FIND_OR_REGISTER[channel], [newId(), value]);
  }
}
