import { Injectable } from '@nestjs/common';
import { type Contact, contactOf } from '../../common/contact.js';
import { newId } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { ReleasedContacts, remembered } from './released-contacts.service.js';
import { User } from './user.entity.js';
import { LastContact, UserNotFound } from './users.errors.js';
import { asTaken } from './taken.js';

/** A person, as every module may know them. */
export type Person = Readonly<Omit<User, 'searchName' | 'searchNameReversed' | 'blockedReason'>>;

/** What a person may change of themself by just saying so; null clears. */
export type ProfileChanges = Partial<
  Pick<User, 'username' | 'firstName' | 'lastName' | 'city' | 'telegramId' | 'locale'>
>;

/** The columns of {@link Person} for a SELECT over `users` under an alias. */
export const personColumns = (alias: string): string =>
  `${alias}.id, ${alias}.phone, ${alias}.email, ${alias}.username, ${alias}.first_name AS "firstName", ` +
  `${alias}.last_name AS "lastName", ${alias}.city, ${alias}.telegram_id AS "telegramId", ${alias}.avatar_id AS "avatarId", ` +
  `${alias}.locale, ${alias}.role, ${alias}.status, ${alias}.is_test AS "isTest", ${alias}.created_at AS "createdAt"`;

/** The stored forms of the contact among those that were given up, and for how many days one is remembered. */
interface Stored {
  readonly as: string;
  readonly days: string;
}

const findOrRegister = (column: 'phone' | 'email', parameters: number, stored: Stored): Fragment => ({
  parameters,
  ctes: `
   found AS (SELECT * FROM users WHERE ${column} = (SELECT contact FROM proven)),
   registered AS (
     INSERT INTO users AS existing (id, ${column}, is_test, status)
     SELECT $1, contact, is_test, CASE WHEN EXISTS (
         SELECT FROM released_contacts
         WHERE contact = ANY (${stored.as}) AND blocked AND ${remembered(stored.days)})
       THEN 'blocked' ELSE 'active' END
     FROM proven WHERE NOT EXISTS (SELECT FROM found)
     ON CONFLICT (${column}) WHERE ${column} IS NOT NULL DO UPDATE SET ${column} = excluded.${column}
     RETURNING existing.*, existing.xmax = 0 AS is_new),
   person AS (
     SELECT owner.* FROM (SELECT *, false AS is_new FROM found UNION ALL SELECT * FROM registered) AS owner, proven
     WHERE owner.is_test OR NOT proven.is_test)`,
});

/**
 * The owner of the contact in `proven` (contact, is_test), made now if there is none; offers `person` with the columns of users and
 * `is_new`. Whoever was registered by somebody else in the same instant is found by the conflict, not by the snapshot. Whoever was
 * blocked, deleted and comes again is blocked. A test opens only accounts that a test has made: it finds nobody else.
 */
export const FIND_OR_REGISTER = {
  sms: findOrRegister('phone', 3, { as: '$2::bytea[]', days: '$3' }),
  email: findOrRegister('email', 3, { as: '$2::bytea[]', days: '$3' }),
};

/** The same by a phone where `proven` tells its stored forms, too (`released_as`); the values are those without them. */
export const FIND_OR_REGISTER_PROVEN = findOrRegister('phone', 2, { as: 'proven.released_as', days: '$2' });

const FIND = statement<Person>(
  'users.find',
  `SELECT ${personColumns('u')} FROM users u WHERE id = $1 AND status <> 'deleted'`,
);
const FIND_BY = {
  phone: statement<Person>('users.find_by_phone', `SELECT ${personColumns('u')} FROM users u WHERE phone = $1`),
  email: statement<Person>('users.find_by_email', `SELECT ${personColumns('u')} FROM users u WHERE email = $1`),
  username: statement<Person>(
    'users.find_by_username',
    `SELECT ${personColumns('u')} FROM users u WHERE username = $1`,
  ),
};

const LOCK = statement<Person>(
  'users.lock',
  `SELECT ${personColumns('u')} FROM users u WHERE id = $1 AND status <> 'deleted' FOR NO KEY UPDATE`,
);

const LOCK_WANTING = statement<Person>(
  'users.lock_wanting',
  `SELECT ${personColumns('u')} FROM users u
   WHERE u.status <> 'deleted' AND u.id IN (
     SELECT $1::uuid UNION ALL SELECT id FROM users WHERE phone = $2
     UNION ALL SELECT id FROM users WHERE email = $3 UNION ALL SELECT id FROM users WHERE username = $4)
   ORDER BY u.id FOR NO KEY UPDATE`,
);

/** What can be somebody else's. */
type Names = Readonly<Partial<Record<'phone' | 'email' | 'username', string | null>>>;

/** First and last name as people read them; null when there is none. */
export const fullNameOf = ({ firstName, lastName }: Pick<User, 'firstName' | 'lastName'>): string | null =>
  [firstName, lastName].filter((name) => name !== null).join(' ') || null;

/** What a person is called where others read it: the name, or what else is known. */
export const knownAs = (
  person: Pick<Person, 'firstName' | 'lastName' | 'username' | 'phone' | 'email'>,
): string | null => fullNameOf(person) ?? person.username ?? person.phone ?? person.email;

/** Text as searches compare it: letters of one case, and ё is е, as people type it. */
export const foldForSearch = (text: string): string =>
  text.normalize('NFC').toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ').trim();

/** What a person is found by: the name in both orders. */
export function searchNames(firstName: string | null, lastName: string | null) {
  const names = [firstName, lastName].filter((name) => name !== null).map(foldForSearch);
  return {
    searchName: names.length > 0 ? names.join(' ') : null,
    searchNameReversed: names.length === 2 ? [...names].reverse().join(' ') : null,
  };
}

/** People: registering them by a contact they have proven, finding them, and what they may change of themselves. */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly released: ReleasedContacts,
  ) {}

  /** The values of {@link FIND_OR_REGISTER}. */
  registration(contact: Contact): unknown[] {
    return [newId(), this.released.mayBeStoredAs(contact), this.released.rememberedDays];
  }

  /** The values of {@link FIND_OR_REGISTER_PROVEN}. */
  registrationOfProven(): unknown[] {
    return [newId(), this.released.rememberedDays];
  }

  /** @throws UserNotFound also for those who were deleted */
  async get(id: string): Promise<Person> {
    const person = await this.database.first(FIND, [id]);
    if (!person) throw new UserNotFound();
    return person;
  }

  /** The one whose phone, e-mail address or username this is. */
  async findBy(name: keyof typeof FIND_BY, value: string): Promise<Person | undefined> {
    return this.database.first(FIND_BY[name], [value]);
  }

  /** The person, who stays as they are until the caller's transaction ends. @throws UserNotFound */
  async lock(id: string): Promise<Person> {
    const person = await this.database.first(LOCK, [id]);
    if (!person) throw new UserNotFound();
    return person;
  }

  /**
   * The same before the person gets a phone, an e-mail address or a username: whoever has it now stays as they are, too. In the
   * order of their ids, or two who want each other's would wait for one another for ever.
   * @throws UserNotFound
   */
  async lockWanting(id: string, { phone = null, email = null, username = null }: Names): Promise<Person> {
    const people = await this.database.run(LOCK_WANTING, [id, phone, email, username]);
    const person = people.find((one) => one.id === id);
    if (!person) throw new UserNotFound();
    return person;
  }

  /** @throws UserNotFound, UsernameTaken */
  async change(id: string, changes: ProfileChanges): Promise<Person> {
    return this.database.transaction(async () => {
      const before = await this.lockWanting(id, changes);
      const { firstName, lastName } = { ...before, ...changes };
      const update = { ...changes, ...searchNames(firstName, lastName) };
      await asTaken(this.database.repository(User).update(id, update));
      return this.get(id);
    });
  }

  /** The picture that the profile shows. Joins the caller's transaction. */
  async setAvatar(id: string, avatarId: string | null): Promise<void> {
    await this.database.repository(User).update(id, { avatarId });
  }

  /**
   * Gives a person another phone or e-mail address, which they or an administrator vouch for; null takes it away. What
   * waited at the old one is over ({@link ReleasedContacts.release}).
   * @throws UserNotFound, ContactTaken, LastContact
   */
  async changeContact(
    id: string,
    column: 'phone' | 'email',
    value: string | null,
  ): Promise<{ before: Person; after: Person }> {
    return this.database.transaction(async () => {
      const before = await this.lockWanting(id, { [column]: value });
      const other = column === 'phone' ? before.email : before.phone;
      if (value === null && other === null) throw new LastContact();
      await asTaken(this.database.repository(User).update(id, { [column]: value }));
      const old = before[column];
      if (old !== null && old !== value) await this.released.release(before, contactOf(column, old));
      return { before, after: { ...before, [column]: value } };
    });
  }
}
