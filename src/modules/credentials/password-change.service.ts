import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import type { Locale } from '../../common/locale.js';
import { Database } from '../../platform/database/database.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { PasswordPolicy } from '../passwords/policy/password-policy.service.js';
import { type Principal, SessionsService } from '../sessions/sessions.service.js';
import { UsersService } from '../users/users.service.js';
import { PasswordReplacement } from './password-replacement.js';

/** Another password for somebody who is signed in. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly replacement: PasswordReplacement,
  ) {}

  /**
   * Ends the person's other sessions and outstanding codes.
   * @throws Unauthenticated when the session was ended meanwhile, HashingBusy, and what the policy refuses
   */
  async change(
    { person, sessionId }: Principal,
    newPassword: string,
    { address, locale }: { address: string; locale: Locale },
  ): Promise<void> {
    const names = [person.firstName, person.lastName, person.username];
    await this.policy.check(newPassword, { field: 'newPassword', contacts: contactsOf(person), names });
    const hash = await this.hasher.hash(newPassword);
    await this.database.transaction(async () => {
      await this.users.lock(person.id);
      // Whoever reset the password or ended this session since the request came in has the last word.
      const still = await this.sessions.authenticate(sessionId, person.id);
      if (!still) throw new Unauthenticated();
      const terms = { action: 'passwords.changed', keptSessionId: sessionId, address, locale } as const;
      await this.replacement.replace(still.person, hash, terms);
    });
  }
}
