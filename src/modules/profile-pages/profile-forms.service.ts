import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { AccountService } from '../account/account.service.js';
import { OwnInvitePage } from '../own-referral-pages/own-invite-page.service.js';
import { PageVisits, type SignedInVisit } from '../page-access/page-visits.service.js';
import { FormFlows } from '../page-memory/form-flows.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';
import type { ProfileChanges } from '../users/users.service.js';

const PROFILE = '/profile';

/** What people change of their own account. */
@Injectable()
export class ProfileForms {
  constructor(
    private readonly account: AccountService,
    private readonly invite: OwnInvitePage,
    private readonly visits: PageVisits,
    private readonly flows: FormFlows,
    private readonly invites: RememberedInvites,
  ) {}

  /** @throws UsernameReserved, UsernameTaken, UserNotFound */
  async change(changes: ProfileChanges, { principal, asker }: SignedInVisit): Promise<PageAnswer> {
    await this.account.change(principal.person, changes, asker.address);
    return new PageRedirect(PROFILE, 'told.saved');
  }

  /** @throws what {@link OwnInvitePage.activate} does */
  async activate({ inviteCode }: { readonly inviteCode: string }, visit: SignedInVisit): Promise<PageAnswer> {
    await this.invite.activate(inviteCode, visit);
    return new PageRedirect(PROFILE, 'told.inviteActivated');
  }

  /** Erases the person, and leaves nothing of them in the browser. @throws LastAdmin, UserNotFound */
  async erase(visit: SignedInVisit): Promise<PageAnswer> {
    await this.account.erase(visit.principal.person, visit.locale);
    await this.visits.signOut(visit);
    this.flows.end(visit);
    this.invites.forget(visit);
    return new PageRedirect('/', 'told.deleted');
  }
}
