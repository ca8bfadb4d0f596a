import { Injectable } from '@nestjs/common';
import { Visits } from '../invite-visits/visits.service.js';
import { Invitees, type Standing } from '../referrals/invitees.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { ShareLinks } from '../invites/share-links.service.js';

/** What a person has to do with invitations. */
export interface OwnReferrals extends Standing {
  /** The own code as a link to hand to others. */
  readonly shareUrl: string;
  /** How often links of this person were opened: by a visitor once a day. */
  readonly opens: number;
}

/** The own invite code of people, and what comes of it. */
@Injectable()
export class OwnReferralsService {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly invitees: Invitees,
    private readonly visits: Visits,
    private readonly links: ShareLinks,
  ) {}

  /** @throws UserNotFound */
  async of(userId: string): Promise<OwnReferrals> {
    const [standings, opens] = await Promise.all([this.invitees.standingsOf([userId]), this.visits.opensOf(userId)]);
    const standing = standings.get(userId);
    if (!standing) throw new UserNotFound();
    return { ...standing, shareUrl: this.links.urlOf(standing.inviteCode), opens };
  }

  /** Gives the person another code. @throws RotatedRecently, UserNotFound */
  async rotate(userId: string, address: string): Promise<OwnReferrals> {
    await this.referrals.rotate(userId, address);
    return this.of(userId);
  }
}
