import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { OtpModule } from '../otp/otp.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ContactAftermath } from './contact-aftermath.service.js';
import { ContactChanges } from './contact-changes.service.js';
import { ContactsController } from './contacts.controller.js';
import { NewContacts } from './new-contacts.service.js';

/** The phone and the e-mail address of a person: getting another, giving one up. */
@Module({
  imports: [
    AddressesModule,
    AuthModule,
    UsersModule,
    OtpModule,
    SessionsModule,
    ProfilesModule,
    AuditModule,
    NoticesModule,
  ],
  controllers: [ContactsController],
  providers: [NewContacts, ContactChanges, ContactAftermath],
  exports: [NewContacts, ContactChanges],
})
export class ContactsModule {}
