import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { UserNotFound } from '../users/users.errors.js';
import { FromViewer, PersonId } from './referral-graph.decorators.js';
import { ReferralSignalsDto, ReferralTreeDto, SignalsQueryDto, TreeQueryDto } from './referral-graph.dto.js';
import { ReferralSignals } from './referral-signals.service.js';
import { ReferralTree } from './referral-tree.service.js';
import type { Viewer } from './shown-person.js';

@ApiTags('Referrals')
@ApiBearerAuth()
@Controller('referrals')
export class ReferralGraphController {
  constructor(
    private readonly tree: ReferralTree,
    private readonly signals: ReferralSignals,
  ) {}

  /** See whom a person has invited, and whom these have, to three levels; and who invited the person. */
  @Get('tree/:userId')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid, UserNotFound)
  readReferralTree(
    @PersonId() userId: string,
    @Query() { depth }: TreeQueryDto,
    @FromViewer() by: Viewer,
  ): Promise<ReferralTreeDto> {
    return this.tree.of({ userId, depth }, by);
  }

  /**
   * See who had many activations in a short time, and from which networks many came.
   * @remarks For review only: nothing acts on it. Offices and mobile networks share addresses, and an invitation that spreads quickly
   * looks the same.
   */
  @Get('signals')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readReferralSignals(@Query() { hours }: SignalsQueryDto, @FromViewer() by: Viewer): Promise<ReferralSignalsDto> {
    return this.signals.within(hours, by);
  }
}
