import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import type { DomainError } from '../../common/domain-error.js';
import { AdminConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { brief, compose } from '../../platform/database/statement.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { AuditService } from '../audit/audit.service.js';
import { FORGIVE_PASSWORDS, PasswordAttempts } from '../passwords/password-attempts.service.js';
import { type Activation, becameOf, type InviteCounter, inviteCodes } from '../referrals/redemptions.service.js';
import { CROWD_OUT } from '../sessions/sessions.service.js';
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
  /** What became of the invite code that they came with. */
  readonly invite?: Activation | DomainError;
}

// Outside any transaction: what a crash forgets here costs the person one code more.
const SETTLE = brief(
  compose('auth.settle', [CROWD_OUT, FORGIVE_PASSWORDS], `SELECT FROM set_config('synchronous_commit', 'off', true)`),
);

/** What follows when somebody has proven who they are. */
@Injectable()
export class Arrivals {
  /** There is one for ever once there is one. */
  private hasAdmin = false;
  private readonly invites: InviteCounter;

  constructor(
    private readonly database: Database,
    private readonly administration: Administration,
    private readonly attempts: PasswordAttempts,
    private readonly audit: AuditService,
    private readonly config: AdminConfig,
    metrics: Metrics,
  ) {
    this.invites = inviteCodes(metrics);
  }

  /** The person as they are from now on: the first administrator, if they are the one who is named. */
  async welcome(person: Person, arrival: Arrival): Promise<Person> {
    const { by, isNewUser, address, invite } = arrival;
    if (invite) this.invites.inc(becameOf('sign_in', invite));
    const action = isNewUser ? 'auth.registered' : 'auth.signed_in';
    this.audit.note({ action, actorId: person.id, subjectId: person.id, address, details: { by } });
    if (!isNewUser) await this.database.run(SETTLE, [person.id, this.attempts.forgiveness(person.id)]);
    return (await this.becomesAdmin(person, arrival)) ? { ...person, role: 'admin' } : person;
  }

  /** @throws Blocked */
  async turnAway(person: Person, { by, address }: Arrival): Promise<never> {
    const details = { by, reason: 'blocked' };
    await this.audit.recordFailure({ action: 'auth.sign_in_failed', subjectId: person.id, address, details });
    throw new Blocked();
  }

  private async becomesAdmin(person: Person, arrival: Arrival): Promise<boolean> {
    if (this.hasAdmin || person.isTest || !this.isNamed(arrival)) return false;
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
