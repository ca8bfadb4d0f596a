import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentUser, Roles } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { ApiErrors } from '../../common/http/problem.js';
import type { Principal } from '../sessions/sessions.service.js';
import { Leaderboard } from './leaderboard.service.js';
import { type Export, ReferralExport } from './referral-export.service.js';
import { ApiCsv, ExportQueryDto, LeaderboardPageDto, ReferralStatsDto, StatsQueryDto } from './referral-reports.dto.js';
import { ReferralStatistics } from './referral-stats.service.js';

@ApiTags('Referrals')
@ApiBearerAuth()
@Controller('referrals')
export class ReferralReportsController {
  constructor(
    private readonly statistics: ReferralStatistics,
    private readonly leaderboard: Leaderboard,
    private readonly exports: ReferralExport,
  ) {}

  /** See how invitations fare, day by day: share links that were opened, people who registered, codes that were activated. */
  @Get('stats')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readReferralStats(@Query() days: StatsQueryDto): Promise<ReferralStatsDto> {
    return this.statistics.of(days);
  }

  /** See who has invited the most people, with their phones in full. */
  @Get('leaderboard')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readLeaderboard(
    @Query() query: PageQueryDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<LeaderboardPageDto> {
    return this.leaderboard.page(query, { actorId: person.id, address });
  }

  /** Download who invited whom and when, the oldest first, with phones in full; of some days, or everything until now. */
  @Get('export.csv')
  @Roles('moderator', 'admin')
  @ApiCsv()
  @ApiErrors(Unauthenticated, RequestInvalid)
  async exportReferrals(
    @Query() days: ExportQueryDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<StreamableFile> {
    return csvFile(await this.exports.begin(days, { actorId: person.id, address }));
  }
}

/** Taken as fast as the client takes it, given up when the client leaves, broken off when it fails. */
function csvFile({ day, text }: Export): StreamableFile {
  return new StreamableFile(Readable.from(text, { objectMode: false }), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="referrals-${day}.csv"`,
  });
}
