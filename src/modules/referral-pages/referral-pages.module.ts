import { Module } from '@nestjs/common';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { ReferralGraphModule } from '../referral-graph/referral-graph.module.js';
import { ReferralReportsModule } from '../referral-reports/referral-reports.module.js';
import { LeaderboardPage } from './leaderboard-page.service.js';
import { ReferralPagesController } from './referral-pages.controller.js';
import { SignalsPage } from './signals-page.service.js';
import { StatisticsPage } from './statistics-page.service.js';
import { TreePage } from './tree-page.service.js';

/** What staff see of invitations by pages: how they fare, who invites most, who invited whom, what looks unusual. */
@Module({
  imports: [PageAccessModule, ReferralReportsModule, ReferralGraphModule],
  controllers: [ReferralPagesController],
  providers: [StatisticsPage, LeaderboardPage, TreePage, SignalsPage],
})
export class ReferralPagesModule {}
