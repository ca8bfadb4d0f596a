import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { UserNotFound } from '../users/users.errors.js';
import { FromViewer, PERSON_PARAMETER, PersonId } from './referral-graph.decorators.js';
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

  /**
   * See whom a person has invited, level by level
   * @remarks
   * The person, who invited them, whom they have invited and whom these have, to three levels. Each shows the newest 20 of their invitees, and
   * in `invitees` how many they are: for more of somebody ask for the tree of that person. Phones are in full.
   * Whoever was deleted stays in the tree without phone and name. An id that is nobody’s is `users.not_found`.
   * That somebody has looked is written into the audit log.
   */
  @Get('tree/:userId')
  @Roles('moderator', 'admin')
  @ApiParam(PERSON_PARAMETER)
  @ApiErrors(Unauthenticated, RequestInvalid, UserNotFound)
  readReferralTree(
    @PersonId() userId: string,
    @Query() { depth }: TreeQueryDto,
    @FromViewer() by: Viewer,
  ): Promise<ReferralTreeDto> {
    return this.tree.of({ userId, depth }, by);
  }

  /**
   * See where many codes were activated in a short time
   * @remarks
   * Whoever had at least 10 activations within some 60 minutes, and networks from which at least 5 codes were activated, in the hours that
   * are looked back: at most 100 of each, the strongest first. Networks are told apart, not named.
   * For review only: nothing acts on it. Offices and mobile networks share addresses, and an invitation that spreads quickly looks the
   * same. Look at `GET /api/v1/referrals/tree/{userId}` of the inviter next. That somebody has looked is written into the audit log.
   */
  @Get('signals')
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readReferralSignals(@Query() { hours }: SignalsQueryDto, @FromViewer() by: Viewer): Promise<ReferralSignalsDto> {
    return this.signals.within(hours, by);
  }
}
