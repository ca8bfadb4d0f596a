import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { Invitees } from './invitees.service.js';
import { Redemptions } from './redemptions.service.js';
import { ReferralLink } from './referral-link.entity.js';
import { Inviter, Referral } from './referral.entity.js';
import { ReferralsService } from './referrals.service.js';

/** Invite codes, and who invited whom. */
@Module({
  imports: [TypeOrmModule.forFeature([ReferralLink, Referral, Inviter]), UsersModule, AuditModule],
  providers: [ReferralsService, Redemptions, Invitees],
  exports: [ReferralsService, Redemptions, Invitees],
})
export class ReferralsModule {}
