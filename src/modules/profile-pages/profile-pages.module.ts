import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AvatarsModule } from '../avatars/avatars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { OwnReferralPagesModule } from '../own-referral-pages/own-referral-pages.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { AvatarForms } from './avatar-forms.service.js';
import { DeletingController } from './deleting.controller.js';
import { ProfileController } from './profile.controller.js';
import { ProfileForms } from './profile-forms.service.js';
import { ProfilePage } from './profile-page.service.js';
import { SafetyController } from './safety.controller.js';
import { SafetyForms } from './safety-forms.service.js';

/** The pages on which people see and change their own account. */
@Module({
  imports: [
    PageAccessModule,
    PageMemoryModule,
    AddressesModule,
    ProfilesModule,
    PasswordsModule,
    AccountModule,
    AvatarsModule,
    ContactsModule,
    CredentialsModule,
    OwnReferralPagesModule,
  ],
  controllers: [ProfileController, SafetyController, DeletingController],
  providers: [ProfilePage, ProfileForms, AvatarForms, SafetyForms],
})
export class ProfilePagesModule {}
