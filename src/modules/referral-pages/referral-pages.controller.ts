import { Get, Param, Query } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { FromVisit, PageController } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { SignalsQueryDto, TreeQueryDto } from '../referral-graph/referral-graph.dto.js';
import { ExportQueryDto } from '../referral-reports/referral-reports.dto.js';
import { LeaderboardPage } from './leaderboard-page.service.js';
import { RangeQuery } from './referral-pages.dto.js';
import { SignalsPage } from './signals-page.service.js';
import { StatisticsPage } from './statistics-page.service.js';
import { TreePage } from './tree-page.service.js';

@PageController('admin/referrals')
export class ReferralPagesController {
  constructor(
    private readonly statistics: StatisticsPage,
    private readonly leaderboard: LeaderboardPage,
    private readonly tree: TreePage,
    private readonly signals: SignalsPage,
  ) {}

  @Get()
  @Roles('moderator', 'admin')
  showStatistics(@Query() { days }: RangeQuery, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.statistics.show(days, visit);
  }

  @Get('export.csv')
  @Roles('moderator', 'admin')
  export(@Query() days: ExportQueryDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.statistics.export(days, visit);
  }

  @Get('leaderboard')
  @Roles('moderator', 'admin')
  showLeaderboard(@Query() query: PageQueryDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.leaderboard.show(query, visit);
  }

  @Get('tree/:userId')
  @Roles('moderator', 'admin')
  showTree(
    @Param('userId') userId: string,
    @Query() { depth }: TreeQueryDto,
    @FromVisit() visit: SignedInVisit,
  ): Promise<PageAnswer> {
    return this.tree.show({ userId, depth }, visit);
  }

  @Get('signals')
  @Roles('moderator', 'admin')
  showSignals(@Query() { hours }: SignalsQueryDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.signals.show(hours, visit);
  }
}
