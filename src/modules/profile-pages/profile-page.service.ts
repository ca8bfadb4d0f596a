import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { EmailConfig } from '../../config/config.js';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import { PhoneRegions } from '../addresses/phone-regions.service.js';
import { OwnInvitePage } from '../own-referral-pages/own-invite-page.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { fullNameOf } from '../users/users.service.js';

/** What people see of their own account. */
@Injectable()
export class ProfilePage {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly passwords: PasswordsService,
    private readonly invite: OwnInvitePage,
    private readonly regions: PhoneRegions,
    private readonly email: EmailConfig,
  ) {}

  /** @throws UserNotFound when the person was deleted in the meantime */
  async show(visit: SignedInVisit): Promise<PageAnswer> {
    const { person } = visit.principal;
    const { referrals, remembered } = await this.invite.of(visit);
    return new PageView('profile', {
      profile: this.profiles.with(person, referrals),
      name: fullNameOf(person) ?? person.username,
      isStaff: person.role !== 'user',
      remembered,
      regions: this.regions.choices(visit.locale),
      region: visit.typed.region ?? this.regions.usual,
      byEmail: this.email.provider !== 'none',
      hasBothContacts: contactsOf(person).length > 1,
      ...(await this.proofOf(visit)),
    });
  }

  /** The page on which people delete themselves. */
  async showDelete(visit: SignedInVisit): Promise<PageAnswer> {
    return new PageView('delete', await this.proofOf(visit));
  }

  /** How the person can show that it is them, where that is asked for. */
  private async proofOf({ principal }: SignedInVisit): Promise<{ isFresh: boolean; hasPassword: boolean }> {
    return { isFresh: principal.fresh, hasPassword: await this.passwords.has(principal.person.id) };
  }
}
