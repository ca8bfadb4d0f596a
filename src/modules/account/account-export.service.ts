import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { type AuditRecord, AuditService } from '../audit/audit.service.js';
import { DevicesService, type SessionView } from '../devices/devices.service.js';
import { type MessageTrail, MessagesService } from '../messages/messages.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { type Profile, ProfilesService } from '../profiles/profiles.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { ReferralHistories, type ReferralHistory } from './referral-history.service.js';

/** An entry of the audit log as the person may see it: whoever works for the service stays unnamed. */
export interface ExportedEntry extends Pick<AuditRecord, 'action' | 'times' | 'createdAt' | 'lastAt' | 'details'> {
  readonly by: 'you' | 'staff' | 'unknown';
  readonly concerning: 'you' | 'somebody_else';
  /** Masked. */
  readonly address: string | null;
}

/** Everything that is held on a person and can still be read; the rest is kept as keyed hashes only. */
export interface ExportedAccount {
  readonly exportedAt: Date;
  readonly profile: Profile;
  readonly passwordSetAt: Date | null;
  readonly referrals: ReferralHistory;
  readonly sessions: SessionView[];
  readonly messages: MessageTrail[];
  readonly audit: ExportedEntry[];
}

const PAGE = 500;

/** What we hold on a person, for the person. */
@Injectable()
export class AccountExport {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly passwords: PasswordsService,
    private readonly referrals: ReferralHistories,
    private readonly devices: DevicesService,
    private readonly messages: MessagesService,
    private readonly audit: AuditService,
  ) {}

  async of({ person, sessionId }: Principal, address: string): Promise<ExportedAccount> {
    const { id } = person;
    const recipients = contactsOf(person).map(({ value }) => value);
    await this.audit.record({ action: 'users.exported', actorId: id, subjectId: id, address });
    return {
      exportedAt: await this.messages.now(),
      profile: await this.profiles.of(person),
      passwordSetAt: await this.passwords.changedAt(id),
      referrals: await this.referrals.of(id),
      sessions: await this.devices.list(id, sessionId),
      messages: await this.messages.trailOf({ recipients, subjectId: id }),
      audit: await this.entriesOf(id),
    };
  }

  private async entriesOf(userId: string): Promise<ExportedEntry[]> {
    const entries: ExportedEntry[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await this.audit.list({ userId, before, limit: PAGE });
      entries.push(...page.map((entry) => shownTo(userId, entry)));
      if (page.length < PAGE) return entries;
      before = page.at(-1)?.id;
    }
  }
}

/** What staff did is told, not from where, and not what they wrote down for each other. */
function shownTo(userId: string, { actorId, subjectId, maskedAddress, details, ...entry }: AuditRecord): ExportedEntry {
  const byStaff = actorId !== null && actorId !== userId;
  const { action, times, createdAt, lastAt } = entry;
  return {
    ...{ action, times, createdAt, lastAt },
    by: actorId === userId ? 'you' : byStaff ? 'staff' : 'unknown',
    concerning: subjectId === userId ? 'you' : 'somebody_else',
    address: byStaff ? null : maskedAddress,
    details: byStaff ? {} : details,
  };
}
