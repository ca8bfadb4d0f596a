import { Injectable } from '@nestjs/common';
import { newId } from '../../common/crypto.js';
import type { Fragment } from '../../platform/database/statement.js';
import type { User } from './user.entity.js';

/** A person, as every module may know them. */
export type Person = Readonly<User>;

/** The columns of {@link Person} for a SELECT over `users` under an alias. */
export const personColumns = (alias: string): string =>
  `${alias}.id, ${alias}.phone, ${alias}.email, ${alias}.username, ${alias}.first_name AS "firstName", ` +
  `${alias}.last_name AS "lastName", ${alias}.city, ${alias}.telegram_id AS "telegramId", ${alias}.avatar_id AS "avatarId", ` +
  `${alias}.locale, ${alias}.role, ${alias}.status, ${alias}.created_at AS "createdAt"`;

const findOrRegister = (column: 'phone' | 'email'): Fragment => ({
  parameters: 1,
  ctes: `
   found AS (SELECT * FROM users WHERE ${column} = (SELECT contact FROM proven)),
   registered AS (
     INSERT INTO users AS existing (id, ${column}) SELECT $1, contact FROM proven WHERE NOT EXISTS (SELECT FROM found)
     ON CONFLICT (${column}) WHERE ${column} IS NOT NULL DO UPDATE SET ${column} = excluded.${column} RETURNING existing.*, existing.xmax = 0 AS is_new),
   person AS (SELECT *, false AS is_new FROM found UNION ALL SELECT * FROM registered)`,
});

/**
 * The owner of the contact in `proven` (contact), made now if there is none; offers `person` with the columns of users and
 * `is_new`. Whoever was registered by somebody else in the same instant is found by the conflict, not by the snapshot.
 */
export const FIND_OR_REGISTER = { sms: findOrRegister('phone'), email: findOrRegister('email') };

/** People: registering them by a contact they have proven. */
@Injectable()
export class UsersService {
  /** The values of {@link FIND_OR_REGISTER}. */
  registration(): unknown[] {
    return [newId()];
  }
}
