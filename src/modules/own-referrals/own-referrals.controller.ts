import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentUser, FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { AnswersWith } from '../../common/http/answers/example.decorator.js';
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
   * Activate the invite code of somebody else
   * @remarks
   * Makes the signed-in person an invitee of whoever owns the code, once in a lifetime: nothing undoes or replaces it.
   * **Whoever owns the code will see the phone and the name of this person: say so before.**
   * The same code again answers 200 with the first `activatedAt`, so the request can be repeated without harm.
   *
   * After `referrals.code_unknown` and `referrals.code_retired` have the person correct the code, or ask for a new one; after
   * `referrals.already_activated` show the `activatedInviteCode` that the problem tells. The other 409, and the 403, are final for this code
   * or account.
   * After 10 unknown codes of one person in an hour, or 30 from one network, the answer is `referrals.too_many_unknown_codes`
   * (the numbers are settings): wait for `Retry-After` seconds, as after `referrals.busy`, and send the same again.
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

  /**
   * Read one's own invite code, its share link and what came of it
   * @remarks
   * Tells the code to hand to others, the link that brings it to the sign-in, the code this person came by, and how many were invited.
   * It does not tell who they are: `GET /api/v1/referrals/me/invitees` does, and `GET /api/v1/referrals/me/qr.svg` draws the link.
   * After `users.not_found` the account was deleted a moment ago: sign the person out.
   */
  @Get('me')
  @ApiErrors(Unauthenticated, UserNotFound)
  readOwnReferrals(@CurrentUser() { person }: Principal): Promise<OwnReferralsDto> {
    return this.own.of(person.id);
  }

  /**
   * List the people whom one has invited
   * @remarks
   * The newest first. For those who joined before them send `nextCursor` as `cursor`; it is null on the last page.
   * Who has deleted the account since stays in the list, and counts, with `deleted: true` and neither phone nor name.
   * Phones are in full, or masked such as `+7 *** ***-**-90` where the service is set to `INVITEE_PHONES=masked`.
   */
  @Get('me/invitees')
  @ApiErrors(Unauthenticated, RequestInvalid)
  listInvitees(@Query() query: InviteesQueryDto, @CurrentUser() { person }: Principal): Promise<InviteesPageDto> {
    return this.invitees.page(person.id, query);
  }

  /**
   * Replace one's own invite code by a new one
   * @remarks
   * Answers the new code and its link. The old code is nobody's from then on: whoever types it gets `referrals.code_retired`, and its
   * links and QR codes bring a code that is no longer valid, so say so before. Whoever came by it stays an invitee.
   *
   * Once in 24 hours: `referrals.rotated_recently` tells by `Retry-After` when it can be replaced again.
   * After `auth.reauthentication_required` ask for the password and send it as `currentPassword`, or have the person sign in again.
   */
  @Post('me/rotate')
  @HttpCode(200)
  @AnswersWith(OwnReferralsDto, { inviteCode: 'M3XW8P', shareUrl: 'https://id.example.com/i/M3XW8P' })
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
