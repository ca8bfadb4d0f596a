import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DatabaseError } from 'pg';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { UserNotFound } from '../users/users.errors.js';
import { PersonErased } from '../users/users.events.js';
import { newInviteCode } from './invite-code.js';

/**
 * Gives the `person` (id, is_new) who is new an invite code; offers `invite` (code) for whoever it is. A code that is taken fails the
 * whole statement with {@link isCodeTaken}: run it again with other values.
 */
export const MINT_INVITE_CODE: Fragment = {
  parameters: 1,
  ctes: `
   minted AS (INSERT INTO referral_links (code, user_id) SELECT $1, id FROM person WHERE is_new RETURNING code),
   invite AS (
     SELECT code FROM minted
     UNION ALL
     SELECT code FROM referral_links
     WHERE retired_at IS NULL AND user_id = (SELECT id FROM person WHERE NOT is_new))`,
};

/** Whether a statement failed because the drawn code is somebody's: 1 in 1 000 at a million people. */
export const isCodeTaken = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'referral_links_pkey';

const ACTIVE = statement<{ code: string }>(
  'referrals.active',
  'SELECT code FROM referral_links WHERE user_id = $1 AND retired_at IS NULL',
);

const ACTIVE_OF = statement<{ userId: string; code: string }>(
  'referrals.active_of',
  'SELECT user_id AS "userId", code FROM referral_links WHERE user_id = ANY ($1::uuid[]) AND retired_at IS NULL',
);

const RETIRE = statement(
  'referrals.retire',
  'UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1 AND retired_at IS NULL',
);

/** Invite codes: everyone owns one. */
@Injectable()
export class ReferralsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  /** The row of a retired code stays, so that nobody is ever given it again. */
  onModuleInit(): void {
    this.events.on(PersonErased, async ({ personId }) => void (await this.database.run(RETIRE, [personId])));
  }

  /** The values of {@link MINT_INVITE_CODE}, drawn anew at each call. */
  minting(): unknown[] {
    return [newInviteCode()];
  }

  /** The invite code of a person. @throws UserNotFound when they were deleted in the meantime */
  async inviteCodeOf(userId: string): Promise<string> {
    const link = await this.database.first(ACTIVE, [userId]);
    if (!link) throw new UserNotFound();
    return link.code;
  }

  /** The invite codes of several people, by their ids. */
  async inviteCodesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const links = await this.database.run(ACTIVE_OF, [userIds]);
    return new Map(links.map(({ userId, code }) => [userId, code]));
  }
}
