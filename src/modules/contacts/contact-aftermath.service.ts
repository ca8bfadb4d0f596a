import { Injectable } from '@nestjs/common';
import { contactOf } from '../../common/contact.js';
import type { Locale } from '../../common/locale.js';
import { AuditService } from '../audit/audit.service.js';
import { type Notice, Notices } from '../notices/notices.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Person } from '../users/users.service.js';

/** Whoever changes a contact of theirs. */
export interface Changer {
  readonly person: Person;
  readonly sessionId: string;
  readonly address: string;
  /** The address cut to its network. */
  readonly network: string;
  readonly locale: Locale;
}

export interface ContactChange {
  readonly column: 'phone' | 'email';
  readonly before: Person;
  readonly after: Person;
}

/** What follows a change of contacts; joins its transaction. */
@Injectable()
export class ContactAftermath {
  constructor(
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly notices: Notices,
  ) {}

  /** Ends the other sessions, writes the change down, and tells the contact that was lost, or one that was there before. */
  async follow(change: ContactChange, { sessionId, address, locale }: Changer): Promise<void> {
    const { column, before, after } = change;
    const { id } = after;
    await this.sessions.endOthers(id, sessionId);
    const action = after[column] === null ? 'users.contact_removed' : 'users.contact_changed';
    const details = { channel: column === 'phone' ? 'sms' : 'email' };
    await this.audit.record({ action, actorId: id, subjectId: id, address, details });
    const lost = before[column];
    const to = lost === null ? undefined : contactOf(column, lost);
    // To `before`: where nothing was lost, what was just added is not the one to ask.
    await this.notices.tell(before, noticeOf(change), { to, locale, fleeting: to !== undefined });
  }
}

function noticeOf({ column, before, after }: ContactChange): Notice {
  if (before[column] === null) return 'contact-added';
  return after[column] === null ? 'contact-removed' : 'contact-changed';
}
