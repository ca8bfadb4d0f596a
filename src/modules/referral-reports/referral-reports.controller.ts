import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentUser, Roles } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import type { Principal } from '../sessions/sessions.service.js';
import { Leaderboard } from './leaderboard.service.js';
import { type Export, ReferralExport } from './referral-export.service.js';
import {
  ApiCsv,
  ExportQueryDto,
  LeaderboardPageDto,
  LeaderboardQueryDto,
  ReferralStatsDto,
  StatsQueryDto,
} from './referral-reports.dto.js';
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

  /**
   * See how invitations fare, day by day
   * @remarks
   * Counts share links that were opened, people who registered and codes that were activated, for each day (UTC) from `from` to `to`, both
   * included, also those on which nothing happened, and for all of them together. Whoever was deleted since still counts.
   * Without `from` these are the 30 days up to `to`; 366 at most. Days out of order, or too many of them, are `request.invalid`, which names
   * `from`.
   */
  @Get('stats')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readReferralStats(@Query() days: StatsQueryDto): Promise<ReferralStatsDto> {
    return this.statistics.of(days);
  }

  /**
   * See who has invited the most people
   * @remarks
   * Who has the most invitees first, with phones in full whatever inviters see. Send `nextCursor` as `cursor` for those who follow; it is
   * null on the last page.
   * Numbers grow while pages are turned: whoever rises past the reader is not on the pages that follow, so begin anew for a list of now.
   * A cursor that no page answered begins anew too. That somebody has looked is written into the audit log.
   */
  @Get('leaderboard')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readLeaderboard(
    @Query() query: LeaderboardQueryDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<LeaderboardPageDto> {
    return this.leaderboard.page(query, { actorId: person.id, address });
  }

  /**
   * Download who invited whom as a CSV file
   * @remarks
   * A line for each activated code, the oldest first, of the days from `from` to `to` (UTC, both included), or of all days until now; phones
   * in full. Days out of order are `request.invalid`.
   * The file is sent while it is read, however long it is: when the connection breaks off it is not whole, so download it again.
   * That it was exported is written into the audit log before its first line is sent.
   */
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
