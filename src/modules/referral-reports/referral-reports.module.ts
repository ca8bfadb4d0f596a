import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { InviteVisitsModule } from '../invite-visits/invite-visits.module.js';
import { Leaderboard } from './leaderboard.service.js';
import { ReferralDay } from './referral-day.entity.js';
import { ReferralExport } from './referral-export.service.js';
import { ReferralReportsController } from './referral-reports.controller.js';
import { ReferralStatistics } from './referral-stats.service.js';

/** What staff read of all invitations together: by day, by inviter, and one by one in a file. */
@Module({
  imports: [TypeOrmModule.forFeature([ReferralDay]), InviteVisitsModule, AuditModule],
  controllers: [ReferralReportsController],
  providers: [ReferralStatistics, Leaderboard, ReferralExport],
  exports: [ReferralStatistics, Leaderboard, ReferralExport],
})
export class ReferralReportsModule {}
