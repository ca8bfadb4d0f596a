import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import type { Role } from '../../common/role.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { ReleasedContacts } from './released-contacts.service.js';
import { User } from './user.entity.js';
import { LastAdmin, TestAccount } from './users.errors.js';
import { PersonBlocked, PersonErased, PersonErasing, PersonUnblocked } from './users.events.js';
import { type Person, UsersService } from './users.service.js';

/** Any constant of our own: who is an administrator changes one at a time. */
const ADMINISTRATORS_LOCK = 5_208_201_103;

const LOCK = statement('users.lock_administrators', 'SELECT pg_advisory_xact_lock($1)');
const OTHER_ADMIN = statement<{ id: string }>(
  'users.other_admin',
  `SELECT id FROM users WHERE role = 'admin' AND role <> 'user' AND status = 'active' AND id <> $1 LIMIT 1`,
);
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * What only administrators do to people, and the rule that there is always one. Every method joins the caller's transaction, and
 * answers the person as they were.
 */
@Injectable()
export class Administration {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly released: ReleasedContacts,
    private readonly events: Events,
  ) {}

  /** Who is an administrator stays as it is until the caller's transaction ends. This lock comes before that of any person. */
  async hold(): Promise<void> {
    await this.database.run(LOCK, [ADMINISTRATORS_LOCK]);
  }

  async hasAdmin(): Promise<boolean> {
    return (await this.database.first(OTHER_ADMIN, [NOBODY])) !== undefined;
  }

  /** Makes a person an administrator if there is none. Of several at once one wins; a test account never does. */
  async claim(id: string): Promise<boolean> {
    return this.database.transaction(async () => {
      await this.hold();
      if (await this.hasAdmin()) return false;
      const { affected } = await this.database.repository(User).update({ id, isTest: false }, { role: 'admin' });
      return affected === 1;
    });
  }

  /** @throws UserNotFound, LastAdmin, TestAccount */
  async setRole(id: string, role: Role): Promise<Person> {
    return this.exclusively(id, async (person) => {
      if (role !== 'user' && person.isTest) throw new TestAccount();
      if (role !== 'admin') await this.ensureAnother(person);
      await this.database.repository(User).update(id, { role });
    });
  }

  /** Puts a person out at once and keeps them out. A reason that is left out stays. @throws UserNotFound, LastAdmin */
  async block(id: string, reason?: string | null): Promise<Person> {
    return this.exclusively(id, async (person) => {
      await this.ensureAnother(person);
      await this.database.repository(User).update(id, { status: 'blocked', blockedReason: reason });
      await this.events.publish(new PersonBlocked(id));
    });
  }

  /** Changes nothing for whoever is not blocked. @throws UserNotFound */
  async unblock(id: string): Promise<Person> {
    return this.exclusively(id, async ({ status }) => {
      if (status !== 'blocked') return;
      await this.database.repository(User).update(id, { status: 'active', blockedReason: null });
      await this.events.publish(new PersonUnblocked(id));
    });
  }

  /**
   * Erases everything personal, for ever. The row stays, because others were invited by whoever it was; whoever keeps more
   * forgets it in the same transaction ({@link PersonErased}).
   * @throws UserNotFound, LastAdmin
   */
  async erase(id: string): Promise<Person> {
    return this.exclusively(id, async (person) => {
      await this.ensureAnother(person);
      const contacts = contactsOf(person);
      // First: whoever signs in by one of them, or by a password, just now has come in when this returns, and is put out with the others.
      for (const contact of contacts) await this.released.release(person, contact);
      await this.events.publish(new PersonErasing(id));
      await this.database.repository(User).update(id, ERASED);
      await this.events.publish(new PersonErased(id, contacts));
    });
  }

  private async exclusively(id: string, work: (person: Person) => Promise<void>): Promise<Person> {
    return this.database.transaction(async () => {
      await this.hold();
      const person = await this.users.lock(id);
      await work(person);
      return person;
    });
  }

  private async ensureAnother({ id, role, status }: Person): Promise<void> {
    if (role !== 'admin' || status !== 'active') return;
    if (!(await this.database.first(OTHER_ADMIN, [id]))) throw new LastAdmin();
  }
}

const ERASED = {
  phone: null,
  email: null,
  username: null,
  firstName: null,
  lastName: null,
  searchName: null,
  searchNameReversed: null,
  city: null,
  telegramId: null,
  avatarId: null,
  locale: null,
  blockedReason: null,
  role: 'user',
  status: 'deleted',
} as const;
