import { Injectable } from '@nestjs/common';
import { contactOf } from '../../common/contact.js';
import type { Role } from '../../common/role.js';
import { Database } from '../../platform/database/database.js';
import { ContactsService } from '../addresses/contacts.service.js';
import { type AuditFact, AuditService } from '../audit/audit.service.js';
import { type Notice, Notices, type NoticeTerms } from '../notices/notices.service.js';
import { Administration } from '../users/administration.service.js';
import { type Person, type ProfileChanges, UsersService } from '../users/users.service.js';
import type { Acting } from './looks.service.js';

/** What an administrator may change of a person; what is left out stays, null clears. */
export interface PersonChanges extends ProfileChanges {
  readonly role?: Role;
  readonly status?: 'active' | 'blocked';
  /** For staff only; counts beside `status: 'blocked'`. */
  readonly blockedReason?: string | null;
  /** As typed, and taken on trust. */
  readonly phone?: string | null;
  readonly region?: string;
  readonly email?: string | null;
}

/** A change as it is written down and told. */
interface Change {
  readonly action: AuditFact['action'];
  readonly details?: Readonly<Record<string, unknown>>;
  /** None where the person knows already. */
  readonly notice?: Notice;
  readonly terms?: NoticeTerms;
  readonly by: Acting;
}

type ContactChange = readonly ['phone' | 'email', string | null];

/** What administrators change of people: in one transaction with the audit log and with what the person is told. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    private readonly administration: Administration,
    private readonly users: UsersService,
    private readonly contacts: ContactsService,
    private readonly notices: Notices,
    private readonly audit: AuditService,
  ) {}

  /** @throws UserNotFound, LastAdmin, ContactTaken, LastContact, UsernameTaken, and what {@link ContactsService.of} throws */
  async change(id: string, changes: PersonChanges, by: Acting): Promise<void> {
    const { role, status, blockedReason, phone: _phone, email: _email, region: _region, ...profile } = changes;
    const contacts = this.contactsIn(changes);
    await this.database.transaction(async () => {
      if (role ?? status) await this.administration.hold();
      // Everybody whom the changes concern, in one order: or two administrators would wait for one another for ever.
      let person = await this.users.lockWanting(id, { ...Object.fromEntries(contacts), username: profile.username });
      if (role) await this.setRole(id, role, by);
      if (status === 'blocked') await this.block(id, blockedReason, by);
      if (status === 'active') await this.unblock(id, by);
      for (const contact of contacts) person = await this.changeContact(person, contact, by);
      await this.changeProfile(person, profile, by);
    });
  }

  /** @throws UserNotFound, LastAdmin */
  async setRole(id: string, role: Role, by: Acting): Promise<void> {
    await this.database.transaction(async () => {
      const person = await this.administration.setRole(id, role);
      if (person.role === role) return;
      const details = { from: person.role, to: role };
      await this.announce(person, { action: 'users.role_changed', details, notice: 'role-changed', by });
    });
  }

  /** @throws UserNotFound, LastAdmin */
  async block(id: string, reason: string | null | undefined, by: Acting): Promise<void> {
    await this.database.transaction(async () => {
      const person = await this.administration.block(id, reason);
      const isBlocked = person.status === 'blocked';
      if (isBlocked && reason === undefined) return;
      const notice = isBlocked ? undefined : 'blocked';
      await this.announce(person, { action: 'users.blocked', notice, by });
    });
  }

  /** @throws UserNotFound */
  async unblock(id: string, by: Acting): Promise<void> {
    await this.database.transaction(async () => {
      const person = await this.administration.unblock(id);
      if (person.status !== 'blocked') return;
      await this.announce(person, { action: 'users.unblocked', notice: 'unblocked', by });
    });
  }

  /** Those that come before those that go: so the last contact may be replaced by one of the other kind. */
  private contactsIn({ phone, email, region }: PersonChanges): ContactChange[] {
    const changes: ContactChange[] = [];
    if (phone) changes.push(['phone', this.contacts.phone({ phone, region }).value]);
    if (email) changes.push(['email', this.contacts.email({ email }).value]);
    if (phone === null) changes.push(['phone', null]);
    if (email === null) changes.push(['email', null]);
    return changes;
  }

  private async changeContact(person: Person, [kind, value]: ContactChange, by: Acting): Promise<Person> {
    const old = person[kind];
    if (old === value) return person;
    const { after } = await this.users.changeContact(person.id, kind, value);
    const action = value === null ? 'users.contact_removed' : 'users.contact_changed';
    const details = { channel: kind === 'phone' ? 'sms' : 'email' };
    if (old === null) {
      await this.announce(person, { action, details, notice: 'contact-added', by });
    } else {
      const notice = value === null ? 'contact-removed' : 'contact-changed';
      await this.announce(person, {
        action,
        details,
        notice,
        // It is theirs no longer, and is forgotten once it is told.
        terms: { to: contactOf(kind, old), fleeting: true },
        by,
      });
    }
    return after;
  }

  private async changeProfile(person: Person, profile: ProfileChanges, by: Acting): Promise<void> {
    const changed = Object.entries(profile).filter(
      ([field, value]) => value !== undefined && value !== person[field as keyof ProfileChanges],
    );
    if (changed.length === 0) return;
    const fields = changed.map(([field]) => field).sort();
    await this.users.change(person.id, Object.fromEntries(changed));
    const change = { action: 'users.profile_changed', details: { fields }, notice: 'profile-changed', by } as const;
    await this.announce(person, change);
  }

  private async announce(person: Person, { action, details, notice, terms, by }: Change): Promise<void> {
    const { actorId, address } = by;
    const fact = { actorId, address, subjectId: person.id, details: { ...by.details, ...details } };
    await this.audit.record({ action, ...fact });
    if (notice) await this.notices.tell(person, notice, terms);
  }
}
