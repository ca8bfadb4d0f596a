import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DatabaseError } from 'pg';
import type { LimitPolicy } from '../../common/domain-error.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { AuditService } from '../audit/audit.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { PersonErased } from '../users/users.events.js';
import { newInviteCode, readInviteCode } from './invite-code.js';
import { RotatedRecently } from './referrals.errors.js';

/**
 * Gives the `person` (id, is_new) who is new an invite code; offers `minted` (code), empty for whoever is known. A code that is
 * taken fails the whole statement: see {@link ReferralsService.drawing}.
 */
export const MINT_INVITE_CODE: Fragment = {
  parameters: 1,
  ctes: `minted AS (INSERT INTO referral_links (code, user_id) SELECT $1, id FROM person WHERE is_new RETURNING code)`,
};

/** More draws in a row are taken once in a hundred million times, when a tenth of all codes is given out. */
const DRAWS = 8;

const ROTATION: LimitPolicy = { name: 'invite-rotation', quota: 1, windowSeconds: 24 * 3_600 };

const ACTIVE = statement<{ code: string }>(
  'referrals.active',
  'SELECT code FROM referral_links WHERE user_id = $1 AND retired_at IS NULL',
);

const RETIRE = statement(
  'referrals.retire',
  'UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1 AND retired_at IS NULL',
);

// The second of two at once finds the first one's row changed under its feet, and retires nothing.
const ROTATE = statement<{ code: string }>(
  'referrals.rotate',
  `WITH retired AS (
     UPDATE referral_links SET retired_at = clock_now()
     WHERE user_id = $1 AND retired_at IS NULL AND NOT EXISTS (
       SELECT FROM referral_links WHERE user_id = $1 AND retired_at > clock_now() - interval '1 day')
     RETURNING user_id)
   INSERT INTO referral_links (code, user_id) SELECT $2, user_id FROM retired RETURNING code`,
);

const NEXT_ROTATION = statement<{ seconds: number | null }>(
  'referrals.next_rotation',
  `SELECT ceil(extract(epoch FROM max(retired_at) + interval '1 day' - clock_now()))::int AS seconds
   FROM referral_links WHERE user_id = $1 AND retired_at IS NOT NULL`,
);

const ALL = statement<OwnedCode>(
  'referrals.all_of',
  `SELECT code AS "inviteCode", created_at AS "createdAt", retired_at AS "retiredAt" FROM referral_links
   WHERE user_id = $1 AND retired_at IS NULL
   UNION ALL
   (SELECT code, created_at, retired_at FROM referral_links
    WHERE user_id = $1 AND retired_at IS NOT NULL ORDER BY retired_at DESC)`,
);

/** An invite code that somebody gave or gives to others. */
export interface OwnedCode {
  readonly inviteCode: string;
  readonly createdAt: Date;
  /** Null for the one that is valid. */
  readonly retiredAt: Date | null;
}

/** Invite codes: everyone owns one. An identifier, not a secret. */
@Injectable()
export class ReferralsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly audit: AuditService,
  ) {}

  /** The row of a retired code stays, so that nobody is ever given it again. */
  onModuleInit(): void {
    this.events.on(PersonErased, async ({ personId }) => void (await this.database.run(RETIRE, [personId])));
  }

  /** The code that people mean by what they type; undefined for what can be nobody's. */
  read(typed: string): string | undefined {
    return readInviteCode(typed);
  }

  /** The values of {@link MINT_INVITE_CODE}, drawn anew at each call. */
  minting(): unknown[] {
    return [newInviteCode()];
  }

  /**
   * Does `work` with a new code (the values of {@link MINT_INVITE_CODE}), and again with another when that is somebody's: 1 in 1 000 at
   * a million people. Call it outside transactions.
   */
  async drawing<Result>(work: (minting: readonly unknown[]) => Promise<Result>, drawsLeft = DRAWS): Promise<Result> {
    try {
      return await work(this.minting());
    } catch (error) {
      if (drawsLeft > 1 && isCodeTaken(error)) return this.drawing(work, drawsLeft - 1);
      throw error;
    }
  }

  /** The invite code of a person. @throws UserNotFound when they were deleted in the meantime */
  async inviteCodeOf(userId: string): Promise<string> {
    const link = await this.database.first(ACTIVE, [userId]);
    if (!link) throw new UserNotFound();
    return link.code;
  }

  /** Every code of a person, the newest first. */
  async codesOf(userId: string): Promise<OwnedCode[]> {
    return this.database.run(ALL, [userId]);
  }

  /**
   * Gives a person another code, once a day; the old one is nobody's from then on, and whoever came by it stays.
   * @returns the new code
   * @throws RotatedRecently, UserNotFound
   */
  async rotate(userId: string, address: string): Promise<string> {
    const link = await this.drawing((minting) =>
      this.database.transaction(async () => {
        const rotated = await this.database.first(ROTATE, [userId, ...minting]);
        const fact = { action: 'referrals.code_rotated', actorId: userId, subjectId: userId, address } as const;
        if (rotated) await this.audit.record(fact);
        return rotated;
      }),
    );
    if (!link) throw await this.whyNotRotated(userId);
    return link.code;
  }

  private async whyNotRotated(userId: string): Promise<RotatedRecently> {
    await this.inviteCodeOf(userId);
    const next = await this.database.first(NEXT_ROTATION, [userId]);
    return new RotatedRecently({ policy: ROTATION, retryAfterSeconds: next?.seconds ?? 1 });
  }
}

const isCodeTaken = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'referral_links_pkey';
