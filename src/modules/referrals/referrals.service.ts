import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { newInviteCode } from './invite-code.js';

/** At 10 % of all codes taken, eight draws fail once in a hundred million people. */
const DRAWS = 8;

const MINT = statement<{ code: string }>(
  'referrals.mint',
  `INSERT INTO referral_links (code, user_id) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING RETURNING code`,
);

const ACTIVE = statement<{ code: string }>(
  'referrals.active',
  'SELECT code FROM referral_links WHERE user_id = $1 AND retired_at IS NULL',
);

/** Invite codes: everyone owns one. */
@Injectable()
export class ReferralsService {
  constructor(private readonly database: Database) {}

  /** Gives a new person their invite code, in the caller's transaction. */
  async mint(userId: string): Promise<string> {
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const link = await this.database.first(MINT, [newInviteCode(), userId]);
      if (link) return link.code;
    }
    throw new Error('no free invite code was drawn');
  }

  /** The invite code of a person. */
  async inviteCodeOf(userId: string): Promise<string> {
    const link = await this.database.first(ACTIVE, [userId]);
    if (!link) throw new Error('a person has no invite code');
    return link.code;
  }
}
