import { Injectable } from '@nestjs/common';
import { contactOf, maskContact } from '../../common/contact.js';
import { ReferralsConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { brief, statement } from '../../platform/database/statement.js';
import { UserNotFound } from '../users/users.errors.js';
import { fullNameOf } from '../users/users.service.js';

/** Somebody who was invited, as their inviter sees them. */
export interface Invitee {
  /** E.164 or masked; null for who has none, or was deleted. */
  readonly phone: string | null;
  readonly name: string | null;
  readonly deleted: boolean;
  /** When they activated the code. */
  readonly joinedAt: Date;
}

export interface InviteesPage {
  /** The newest first. */
  readonly items: Invitee[];
  readonly nextCursor: string | null;
}

/** The codes of a person: the own one and the one they came by, and how many came by theirs. */
export interface Standing {
  readonly inviteCode: string;
  readonly activatedInviteCode: string | null;
  readonly invitees: { readonly total: number };
}

export type FullStanding = Standing & { readonly invitees: Standing['invitees'] & InviteesPage };

export interface InviteesQuery {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

interface InviteeRow {
  readonly ordinal: number;
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly deleted: boolean;
  readonly joinedAt: Date;
}

interface StandingRow {
  readonly userId: string;
  readonly inviteCode: string;
  readonly activatedInviteCode: string | null;
  readonly total: number;
}

/** How many a profile shows. */
const SHOWN = 20;
const FROM_THE_NEWEST = 2 ** 31 - 1;

const INVITEES = `
  SELECT edge.ordinal, invitee.phone, invitee.first_name AS "firstName", invitee.last_name AS "lastName",
    invitee.status = 'deleted' AS deleted, edge.activated_at AS "joinedAt"
  FROM referrals edge JOIN users invitee ON invitee.id = edge.invitee_id`;

const STANDING = `
  SELECT link.user_id AS "userId", link.code AS "inviteCode", own.code AS "activatedInviteCode",
    coalesce(inviter.invitees, 0) AS total
  FROM referral_links link
  LEFT JOIN referrals own ON own.invitee_id = link.user_id
  LEFT JOIN inviters inviter ON inviter.user_id = link.user_id`;

// Both ends of a page are known, as the ordinals have no gaps: a plan that sorts what it finds finds no more than the page.
const PAGE = brief(
  statement<InviteeRow>(
    'referrals.invitees',
    `${INVITEES}
   WHERE edge.inviter_id = $1 AND edge.ordinal < $2
     AND edge.ordinal >= least($2, (SELECT invitees + 1 FROM inviters WHERE user_id = $1)) - $3
   ORDER BY edge.ordinal DESC LIMIT $3`,
  ),
);

const STANDING_OF_MANY = statement<StandingRow>(
  'referrals.standing_of_many',
  `${STANDING} WHERE link.user_id = ANY ($1::uuid[]) AND link.retired_at IS NULL`,
);

// A row for each invitee, or one without an invitee: who has none pays nothing for the others.
const FULL_STANDING = brief(
  statement<StandingRow & (InviteeRow | { ordinal: null })>(
    'referrals.full_standing',
    `SELECT standing.*, newest.* FROM (${STANDING} WHERE link.user_id = $1 AND link.retired_at IS NULL) AS standing
   LEFT JOIN LATERAL (
     ${INVITEES} WHERE standing.total > 0 AND edge.inviter_id = $1 AND edge.ordinal > standing.total - ${SHOWN}
     ORDER BY edge.ordinal DESC LIMIT ${SHOWN}) AS newest ON true`,
  ),
);

/** Reading whom people have invited. No cost grows with how many they are. */
@Injectable()
export class Invitees {
  constructor(
    private readonly database: Database,
    private readonly config: ReferralsConfig,
  ) {}

  /** One page of those whom a person has invited. */
  async page(inviterId: string, { limit, cursor }: InviteesQuery): Promise<InviteesPage> {
    const before = cursor === undefined ? FROM_THE_NEWEST : Number(cursor);
    return shown(await this.database.run(PAGE, [inviterId, before, limit]), this.config.inviteePhones);
  }

  /**
   * The standing of somebody, with the newest of their invitees.
   * @param phones how to show those; as inviters see them when left out
   * @throws UserNotFound when they were deleted in the meantime
   */
  async standingOf(userId: string, phones = this.config.inviteePhones): Promise<FullStanding> {
    const rows = await this.database.run(FULL_STANDING, [userId]);
    const [first] = rows;
    if (!first) throw new UserNotFound();
    const { inviteCode, activatedInviteCode, total } = first;
    const invitees = rows.filter((row) => row.ordinal !== null);
    return { inviteCode, activatedInviteCode, invitees: { total, ...shown(invitees, phones) } };
  }

  /** The standings of several people, by their ids; those who were deleted have none. */
  async standingsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    const rows = await this.database.run(STANDING_OF_MANY, [userIds]);
    return new Map(rows.map(({ userId, total, ...codes }) => [userId, { ...codes, invitees: { total } }]));
  }
}

/** The ordinals have no gaps, so what follows the last one is known without asking. */
function shown(rows: readonly InviteeRow[], phones: ReferralsConfig['inviteePhones']): InviteesPage {
  const last = rows.at(-1)?.ordinal ?? 1;
  const items = rows.map(({ phone, deleted, joinedAt, ...names }) => ({
    phone: phone !== null && phones === 'masked' ? maskContact(contactOf('phone', phone)) : phone,
    name: fullNameOf(names),
    deleted,
    joinedAt,
  }));
  return { items, nextCursor: last > 1 ? String(last) : null };
}

/** The standing of somebody who was registered just now. */
export const standingOfNewcomer = (inviteCode: string, activatedInviteCode: string | null): FullStanding => ({
  inviteCode,
  activatedInviteCode,
  invitees: { total: 0, items: [], nextCursor: null },
});
