import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import type { Locale } from '../../common/locale.js';
import { AppConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { Notices } from '../notices/notices.service.js';
import { Administration } from '../users/administration.service.js';
import { type Person, type ProfileChanges, UsersService } from '../users/users.service.js';
import { UsernameReserved } from './account.errors.js';
import { isReserved } from './reserved-usernames.js';

/** What people do with their own account. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly administration: Administration,
    private readonly audit: AuditService,
    private readonly notices: Notices,
    private readonly app: AppConfig,
  ) {}

  /**
   * Changes a profile; what is left out or undefined stays. Answers the person as they are then.
   * @throws UsernameReserved, UsernameTaken, UserNotFound
   */
  async change({ id, username }: Person, changes: ProfileChanges, address: string): Promise<Person> {
    const meant = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const { username: wanted = username } = meant as ProfileChanges;
    if (wanted === username) return this.users.change(id, meant);
    // An administrator may have given such a name, and whoever has it keeps it.
    if (wanted !== null && isReserved(wanted, this.app.productName)) throw new UsernameReserved();
    return this.database.transaction(async () => {
      const person = await this.users.change(id, meant);
      // It is a name to sign in by, so whoever changes it is written down.
      await this.audit.record({ action: 'users.username_changed', actorId: id, subjectId: id, address });
      return person;
    });
  }

  /**
   * Erases everything personal, for ever, and tells the person where they could be reached.
   * @throws LastAdmin, UserNotFound
   */
  async erase(person: Person, locale: Locale): Promise<void> {
    const { id } = person;
    await this.database.transaction(async () => {
      await this.administration.erase(id);
      // Without an address: it would be the only one that stays.
      await this.audit.record({ action: 'users.deleted', actorId: id, subjectId: id });
      await this.notices.tell(person, 'account-deleted', { to: contactsOf(person).at(-1), locale, fleeting: true });
    });
  }
}
