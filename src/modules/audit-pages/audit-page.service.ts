import { Injectable } from '@nestjs/common';
import { type PageAnswer, pageAddress, PageView } from '../../platform/pages/page-answers.js';
import { type AuditQuery, type AuditView, Looks } from '../admin/looks.service.js';
import { AuditService } from '../audit/audit.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { PeopleNames } from '../people/people-names.service.js';

/** Somebody in the log; without a name where they were deleted since. */
interface Named {
  readonly id: string;
  readonly name?: string;
}

type Names = ReadonlyMap<string, string>;

/** The page on which administrators read who did what to whom. */
@Injectable()
export class AuditPage {
  constructor(
    private readonly looks: Looks,
    private readonly names: PeopleNames,
    private readonly audit: AuditService,
  ) {}

  async show(filters: AuditQuery, visit: SignedInVisit): Promise<PageAnswer> {
    const { items, nextCursor } = await this.looks.auditLog(filters, viewerOf(visit));
    const ids = items.flatMap((entry) => [entry.actorId, entry.subjectId]);
    const names = await this.names.of([...ids, filters.userId]);
    return new PageView('audit', {
      entries: items.map((entry) => shown(entry, names)),
      filters,
      person: named(filters.userId?.toLowerCase(), names),
      actions: this.audit.actions,
      isLater: filters.cursor !== undefined,
      first: addressOf({ ...filters, cursor: undefined }),
      everybody: addressOf({ ...filters, userId: undefined, cursor: undefined }),
      next: nextCursor && addressOf({ ...filters, cursor: nextCursor }),
    });
  }
}

function shown({ actorId, subjectId, details, ...entry }: AuditView, names: Names): object {
  return {
    ...entry,
    actor: named(actorId, names),
    subject: named(subjectId, names),
    isOwn: actorId !== null && actorId === subjectId,
    details: Object.entries(details)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => ({ name, value: textOf(value) })),
  };
}

const named = (id: string | null | undefined, names: Names): Named | undefined =>
  id ? { id, name: names.get(id) } : undefined;

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const addressOf = ({ userId, action, cursor }: Omit<AuditQuery, 'limit'>): string =>
  pageAddress('/admin/audit', { userId, action, cursor });
