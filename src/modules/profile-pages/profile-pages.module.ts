import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { AddressesModule } from '../addresses/addresses.module.js';
import { OwnReferralPagesModule } from '../own-referral-pages/own-referral-pages.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ProfileController } from './profile.controller.js';
import { ProfileForms } from './profile-forms.service.js';
import { ProfilePage } from './profile-page.service.js';

/** The pages on which people see and change their own account. */
@Module({
  imports: [
    PageAccessModule,
    PageMemoryModule,
    AddressesModule,
    ProfilesModule,
    PasswordsModule,
    AccountModule,
    OwnReferralPagesModule,
  ],
  controllers: [ProfileController],
  providers: [ProfilePage, ProfileForms],
})
export class ProfilePagesModule {}
