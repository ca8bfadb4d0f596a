import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import type { Locale } from '../../common/locale.js';
import { AuditService } from '../audit/audit.service.js';
import { Notices } from '../notices/notices.service.js';
import { OtpEndings } from '../otp/otp-endings.service.js';
import { PasswordAttempts } from '../passwords/password-attempts.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Person } from '../users/users.service.js';

export interface ReplacementTerms {
  readonly action: 'passwords.changed' | 'passwords.reset';
  /** The session that goes on; every other ends. */
  readonly keptSessionId?: string;
  readonly address: string;
  readonly locale: Locale;
}

/** Another password for a person, and the end of what the old one, or somebody who knew it, has left open. */
@Injectable()
export class PasswordReplacement {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly attempts: PasswordAttempts,
    private readonly endings: OtpEndings,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly notices: Notices,
  ) {}

  /**
   * Joins the caller's transaction. The order matters: a sign-in that holds the old password or an outstanding code is waited for, and
   * the session that it opened is ended with the rest.
   */
  async replace(person: Person, hash: string, terms: ReplacementTerms): Promise<void> {
    const { action, keptSessionId, address, locale } = terms;
    await this.passwords.set(person.id, hash);
    await this.endings.endLive(person.id, contactsOf(person));
    await (keptSessionId ? this.sessions.endOthers(person.id, keptSessionId) : this.sessions.endAll(person.id));
    await this.attempts.forgive(person.id);
    await this.audit.record({ action, actorId: person.id, subjectId: person.id, address });
    await this.notices.tell(person, 'password-changed', { locale });
  }
}
