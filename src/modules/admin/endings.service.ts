import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { Notices } from '../notices/notices.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Administration } from '../users/administration.service.js';
import { UsersService } from '../users/users.service.js';
import type { Acting } from './looks.service.js';

/** What administrators end for people: their sessions, or all there is of them. */
@Injectable()
export class Endings {
  constructor(
    private readonly database: Database,
    private readonly administration: Administration,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly notices: Notices,
    private readonly audit: AuditService,
  ) {}

  /** Erases a person for ever. @throws UserNotFound, LastAdmin */
  async delete(id: string, { actorId, address }: Acting): Promise<void> {
    await this.database.transaction(async () => {
      const person = await this.users.get(id);
      // Written down first: erasing forgets from where those came who delete themselves.
      await this.audit.record({ action: 'users.deleted', actorId, address, subjectId: id });
      await this.administration.erase(id);
      await this.notices.tell(person, 'account-deleted', { to: contactsOf(person).at(-1), fleeting: true });
    });
  }

  /** Signs a person out everywhere. @throws UserNotFound */
  async endSessions(id: string, { actorId, address }: Acting): Promise<void> {
    await this.database.transaction(async () => {
      const person = await this.users.get(id);
      const count = await this.sessions.endAll(id);
      const details = { count };
      await this.audit.record({ action: 'users.sessions_ended', actorId, address, subjectId: id, details });
      if (count > 0) await this.notices.tell(person, 'sessions-ended');
    });
  }
}
