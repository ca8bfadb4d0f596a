import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentUser, FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { PROVING_ERRORS } from '../passwords/passwords.errors.js';
import { InviteesPageDto } from '../profiles/profile.dto.js';
import { Invitees } from '../referrals/invitees.service.js';
import { ACTIVATION_ERRORS, RotatedRecently } from '../referrals/referrals.errors.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { Activations } from './activations.service.js';
import { ActivateCodeDto, ActivationDto, InviteesQueryDto, OwnReferralsDto } from './own-referrals.dto.js';
import { OwnReferralsService } from './own-referrals.service.js';

@ApiTags('Referrals')
@ApiBearerAuth()
@Controller('referrals')
export class OwnReferralsController {
  constructor(
    private readonly activations: Activations,
    private readonly own: OwnReferralsService,
    private readonly invitees: Invitees,
  ) {}

  /**
   * Activate the invite code of somebody else, once in a lifetime; the same code again changes nothing. Whoever owns it will see the
   * phone and the name of this person, which should be said before.
   */
  @Post('activate')
  @HttpCode(200)
  @ApiErrors(Unauthenticated, RequestInvalid, UserNotFound, ...ACTIVATION_ERRORS)
  async activateInviteCode(
    @Body() { inviteCode, inviteVia: via = 'typed' }: ActivateCodeDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { network }: Asker,
  ): Promise<ActivationDto> {
    const { inviteCode: activated, activatedAt } = await this.activations.activate(person, inviteCode, {
      via,
      network,
    });
    return { inviteCode: activated, activatedAt };
  }

  /** Read one's own invite code, its share link, and what came of it. */
  @Get('me')
  @ApiErrors(Unauthenticated, UserNotFound)
  readOwnReferrals(@CurrentUser() { person }: Principal): Promise<OwnReferralsDto> {
    return this.own.of(person.id);
  }

  /** List whom one has invited, the newest first. */
  @Get('me/invitees')
  @ApiErrors(Unauthenticated, RequestInvalid)
  listInvitees(@Query() query: InviteesQueryDto, @CurrentUser() { person }: Principal): Promise<InviteesPageDto> {
    return this.invitees.page(person.id, query);
  }

  /** Get another invite code, once a day. The old one is nobody's from then on; whoever came by it stays. */
  @Post('me/rotate')
  @HttpCode(200)
  @FreshSignIn()
  @ApiBody({ type: ReauthenticationDto, required: false })
  @ApiErrors(Unauthenticated, RequestInvalid, ...PROVING_ERRORS, RotatedRecently, UserNotFound)
  rotateInviteCode(
    @Body() _body: ReauthenticationDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<OwnReferralsDto> {
    return this.own.rotate(person.id, address);
  }
}
