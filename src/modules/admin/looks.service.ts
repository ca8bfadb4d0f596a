import { Injectable } from '@nestjs/common';
import { Forbidden } from '../../common/http/http.errors.js';
import type { Role } from '../../common/role.js';
import { type AuditFact, type AuditRecord, AuditService } from '../audit/audit.service.js';
import { type Profile, ProfilesService, type ProfileSummary } from '../profiles/profiles.service.js';
import { Invitees } from '../referrals/invitees.service.js';
import { type FoundPerson, type PeopleQuery, PeopleSearch } from '../people/people-search.service.js';

/** Who acts, as the audit log keeps it. */
export type Acting = Pick<AuditFact, 'actorId' | 'address' | 'details'>;

/** Somebody who is signed in, and what they may do. */
export interface Viewer extends Acting {
  readonly actorId: string;
  readonly role: Role;
}

/** A person as staff see them; whoever looks at themself without being staff is not told why they were blocked. */
export type PersonView = Profile & Reasoned;

/** The same in a list. */
export type PersonSummary = ProfileSummary & Reasoned;

interface Reasoned {
  readonly blockedReason: string | null;
}

export interface AuditQuery {
  readonly userId?: string;
  readonly action?: string;
  readonly cursor?: string;
  readonly limit: number;
}

export type AuditView = Omit<AuditRecord, 'maskedAddress'> & { readonly address: string | null };

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** What staff see of people. That they have looked is written down before they see it. */
@Injectable()
export class Looks {
  constructor(
    private readonly search: PeopleSearch,
    private readonly profiles: ProfilesService,
    private readonly invitees: Invitees,
    private readonly audit: AuditService,
  ) {}

  async people(query: PeopleQuery, viewer: Viewer): Promise<Page<PersonSummary>> {
    const { items: found, nextCursor, by } = await this.search.page(query);
    const { role, status } = query;
    // What was typed is a part of somebody's contact or name.
    const details = { q: by, role, status, found: found.length };
    const { actorId, address } = viewer;
    await this.audit.record({ action: 'users.searched', actorId, address, details });
    return { items: await this.shown(found), nextCursor };
  }

  /** @throws Forbidden, UserNotFound */
  async person(id: string, { role, actorId, address }: Viewer): Promise<PersonView> {
    const isSelf = actorId === id;
    const isStaff = role !== 'user';
    if (!isSelf && !isStaff) throw new Forbidden();
    const person = await this.search.get(id);
    if (!isSelf) await this.audit.record({ action: 'users.viewed', actorId, address, subjectId: id });
    return isStaff ? this.one(person) : { ...(await this.profiles.of(person)), blockedReason: null };
  }

  /** Somebody whom an administrator has just changed, which is written down already. @throws UserNotFound */
  async changed(id: string): Promise<PersonView> {
    return this.one(await this.search.get(id));
  }

  async auditLog({ userId, action, cursor, limit }: AuditQuery, viewer: Viewer): Promise<Page<AuditView>> {
    const found = await this.audit.list({ userId, action, before: cursor, limit: limit + 1 });
    const details = action === undefined ? {} : { action };
    const { actorId, address } = viewer;
    await this.audit.record({ action: 'audit.viewed', actorId, address, subjectId: userId, details });
    const items = found.slice(0, limit).map(({ maskedAddress, ...entry }) => ({ ...entry, address: maskedAddress }));
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  private async one({ blockedReason, ...person }: FoundPerson): Promise<PersonView> {
    return { ...(await this.profiles.forStaff(person)), blockedReason };
  }

  /** Without those who were deleted since they were found: they have no invite code any more. */
  private async shown(found: readonly FoundPerson[]): Promise<PersonSummary[]> {
    const standings = await this.invitees.standingsOf(found.map(({ id }) => id));
    return found.flatMap(({ blockedReason, ...person }) => {
      const standing = standings.get(person.id);
      return standing ? [{ ...this.profiles.with(person, standing), blockedReason }] : [];
    });
  }
}
