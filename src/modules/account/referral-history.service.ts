import { Injectable } from '@nestjs/common';
import { type Invitee, Invitees } from '../referrals/invitees.service.js';
import { type Activation, Redemptions } from '../referrals/redemptions.service.js';
import { type OwnedCode, ReferralsService } from '../referrals/referrals.service.js';

/** Everything that is held on a person about invitations. */
export interface ReferralHistory {
  /** The newest first. */
  readonly inviteCodes: OwnedCode[];
  readonly activated: Activation | null;
  /** All of them, the newest first. */
  readonly invitees: Invitee[];
}

const PAGE = 500;

/** What we hold on a person about whom they invited, and by whom they were. */
@Injectable()
export class ReferralHistories {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly redemptions: Redemptions,
    private readonly invitees: Invitees,
  ) {}

  async of(userId: string): Promise<ReferralHistory> {
    return {
      inviteCodes: await this.referrals.codesOf(userId),
      activated: (await this.redemptions.activationOf(userId)) ?? null,
      invitees: await this.inviteesOf(userId),
    };
  }

  private async inviteesOf(userId: string): Promise<Invitee[]> {
    const all: Invitee[] = [];
    let cursor: string | undefined;
    for (;;) {
      const { items, nextCursor } = await this.invitees.page(userId, { limit: PAGE, cursor });
      all.push(...items);
      if (nextCursor === null) return all;
      cursor = nextCursor;
    }
  }
}
