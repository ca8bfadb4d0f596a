import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { GREATEST_ID } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import { fullNameOf, type Person } from '../users/users.service.js';

/** Whoever looks, as the audit log keeps it. */
export interface Viewer {
  readonly actorId: string;
  readonly address: string;
}

/** Somebody who has invited others. Of whoever was deleted the id and the number are left. */
export interface RankedInviter {
  readonly userId: string;
  /** E.164, in full. */
  readonly phone: string | null;
  /** First and last name; null where there is neither. */
  readonly name: string | null;
  readonly status: 'active' | 'blocked' | 'deleted';
  /** How many have activated their codes, the deleted ones too. */
  readonly invitees: number;
}

export interface LeaderboardPage {
  /** Who has the most invitees first. */
  readonly items: RankedInviter[];
  readonly nextCursor: string | null;
}

export interface LeaderboardQuery {
  readonly limit: number;
  /** As an earlier page gave it. */
  readonly cursor?: string;
}

type Place = Pick<RankedInviter, 'invitees' | 'userId'>;
type Row = Omit<RankedInviter, 'name'> & Pick<Person, 'firstName' | 'lastName'>;

const TOP: Place = { invitees: 2 ** 31 - 1, userId: GREATEST_ID };

const PAGE = statement<Row>(
  'referrals.leaderboard',
  `SELECT ranked.user_id AS "userId", phone, first_name AS "firstName", last_name AS "lastName", status, invitees
   FROM (
     SELECT user_id, invitees FROM inviters WHERE (invitees, user_id) < ($1, $2)
     ORDER BY invitees DESC, user_id DESC LIMIT $3) AS ranked
   JOIN users ON users.id = ranked.user_id
   ORDER BY invitees DESC, ranked.user_id DESC`,
);

/** Who has invited the most. That staff have looked is written down before they see it. */
@Injectable()
export class Leaderboard {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Numbers grow while pages are turned: whoever rises past the reader is not on the pages that follow. */
  async page({ limit, cursor }: LeaderboardQuery, { actorId, address }: Viewer): Promise<LeaderboardPage> {
    const { invitees, userId } = open(cursor);
    const rows = await this.database.run(PAGE, [invitees, userId, limit + 1]);
    const items = rows.slice(0, limit).map(shown);
    const details = { found: items.length };
    await this.audit.record({ action: 'referrals.leaderboard_viewed', actorId, address, details });
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? close(last) : null };
  }
}

const shown = ({ firstName, lastName, ...row }: Row): RankedInviter => ({
  ...row,
  name: fullNameOf({ firstName, lastName }),
});

const close = ({ invitees, userId }: Place): string => Buffer.from(`${invitees}.${userId}`).toString('base64url');

/** Where the page begins. With a cursor that is not ours the list begins anew. */
function open(cursor = ''): Place {
  const [, invitees = '', userId = ''] = /^(\d{1,9})\.(.*)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return isUUID(userId) ? { invitees: Number(invitees), userId } : TOP;
}
