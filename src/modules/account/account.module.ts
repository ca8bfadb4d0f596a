import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountExport } from './account-export.service.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { ReferralHistories } from './referral-history.service.js';

/** What people do with their own account. */
@Module({
  imports: [
    UsersModule,
    DevicesModule,
    PasswordsModule,
    ProfilesModule,
    ReferralsModule,
    MessagesModule,
    AuditModule,
    NoticesModule,
  ],
  controllers: [AccountController],
  providers: [AccountService, AccountExport, ReferralHistories],
  exports: [AccountService, AccountExport],
})
export class AccountModule {}
