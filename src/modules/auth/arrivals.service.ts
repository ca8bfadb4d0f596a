import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { AdminConfig } from '../../config/config.js';
import { AuditService } from '../audit/audit.service.js';
import { PasswordAttempts } from '../passwords/password-attempts.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Administration } from '../users/administration.service.js';
import type { Person } from '../users/users.service.js';
import { Blocked } from './auth.errors.js';

/** Where a sign-in comes from. */
export interface SignInDevice {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface Arrival {
  readonly by: 'code' | 'password';
  readonly isNewUser: boolean;
  /** What was proven; none where a username was typed. */
  readonly contact?: Contact;
  readonly address: string;
}

/** What follows when somebody has proven who they are. */
@Injectable()
export class Arrivals {
  /** There is one for ever once there is one. */
  private hasAdmin = false;

  constructor(
    private readonly administration: Administration,
    private readonly sessions: SessionsService,
    private readonly attempts: PasswordAttempts,
    private readonly audit: AuditService,
    private readonly config: AdminConfig,
  ) {}

  /** The person as they are from now on: the first administrator, if they are the one who is named. */
  async welcome(person: Person, arrival: Arrival): Promise<Person> {
    const { by, isNewUser, address } = arrival;
    const action = isNewUser ? 'auth.registered' : 'auth.signed_in';
    this.audit.note({ action, actorId: person.id, subjectId: person.id, address, details: { by } });
    if (!isNewUser) await this.sessions.crowdOut(person.id);
    // A right password has been forgiven what came before it.
    if (!isNewUser && by === 'code') await this.attempts.forgiveAlone(person.id);
    return (await this.becomesAdmin(person, arrival)) ? { ...person, role: 'admin' } : person;
  }

  /** @throws Blocked */
  async turnAway(person: Person, { by, address }: Arrival): Promise<never> {
    const details = { by, reason: 'blocked' };
    await this.audit.recordFailure({ action: 'auth.sign_in_failed', subjectId: person.id, address, details });
    throw new Blocked();
  }

  private async becomesAdmin(person: Person, arrival: Arrival): Promise<boolean> {
    if (this.hasAdmin || !this.isNamed(arrival)) return false;
    const claimed = await this.administration.claim(person.id);
    this.hasAdmin = true;
    if (claimed)
      await this.audit.record({ action: 'users.role_changed', subjectId: person.id, details: { role: 'admin' } });
    return claimed;
  }

  private isNamed({ contact, isNewUser }: Arrival): boolean {
    const { phone, email, firstUser } = this.config;
    return (firstUser && isNewUser) || (contact !== undefined && [phone, email].includes(contact.value));
  }
}
