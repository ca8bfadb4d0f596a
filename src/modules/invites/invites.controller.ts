import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { ApiErrors } from '../../common/http/problem.js';
import { Redemptions } from '../referrals/redemptions.service.js';
import { TooManyUnknownCodes } from '../referrals/referrals.errors.js';
import { INVITE_CODE_PARAMETER, InviteCheckDto } from './invites.dto.js';

@ApiTags('Referrals')
@Controller('invites')
export class InvitesController {
  constructor(private readonly redemptions: Redemptions) {}

  /**
   * Check whether an invite code can be activated now
   * @remarks
   * For a form that says while somebody types whether the code is right; it changes nothing, and nobody has to ask it before activating.
   * It tells neither whose code it is nor whether this very person may activate it: that depends on who signs in.
   * A retired code, one of somebody who is blocked, and what can be no code at all are `valid: false`, and no problem.
   * After 30 codes from one network in an hour that nobody has (a setting) the answer is `referrals.too_many_unknown_codes`: stop
   * checking until `Retry-After` seconds are over. Activating has a limit of its own.
   */
  @Get(':code')
  @Public()
  @ApiParam(INVITE_CODE_PARAMETER)
  @ApiErrors(TooManyUnknownCodes)
  async checkInviteCode(@Param('code') typed: string, @FromAsker() { network }: Asker): Promise<InviteCheckDto> {
    return { valid: await this.redemptions.isOpen(typed, network) };
  }
}
