import { Injectable } from '@nestjs/common';
import { PageContent } from '../../platform/pages/page-answers.js';
import { ShareLinks } from '../invites/share-links.service.js';
import { Activations } from '../own-referrals/activations.service.js';
import { type OwnReferrals, OwnReferralsService } from '../own-referrals/own-referrals.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';

/** What the profile shows of invitations. */
export interface OwnInvite {
  readonly referrals: OwnReferrals;
  /** The code that the browser came with, before it counts. */
  readonly remembered?: string;
}

/** One's own invite code, and that of somebody else, on the pages. */
@Injectable()
export class OwnInvitePage {
  constructor(
    private readonly own: OwnReferralsService,
    private readonly links: ShareLinks,
    private readonly referrals: ReferralsService,
    private readonly activations: Activations,
    private readonly invites: RememberedInvites,
  ) {}

  /** @throws UserNotFound */
  async of(visit: SignedInVisit): Promise<OwnInvite> {
    const referrals = await this.own.of(visit.principal.person.id);
    return { referrals, remembered: this.invites.of(visit)?.inviteCode };
  }

  /** The share link as a picture. @throws UserNotFound */
  async qr({ principal }: SignedInVisit): Promise<PageContent> {
    const inviteCode = await this.referrals.inviteCodeOf(principal.person.id);
    return new PageContent('image/svg+xml', this.links.qrOf(inviteCode));
  }

  /** Activates a code as it was typed; whether it came by a link is known from the one that is remembered. @throws what Activations do */
  async activate(typed: string, visit: SignedInVisit): Promise<void> {
    const { principal, asker } = visit;
    const remembered = this.invites.of(visit);
    const via = remembered && this.referrals.read(typed) === remembered.inviteCode ? remembered.via : 'typed';
    await this.activations.activate(principal.person, typed, { via, network: asker.network });
    this.invites.forget(visit);
  }
}
