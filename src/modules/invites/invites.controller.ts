import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { ApiErrors } from '../../common/http/problem.js';
import { Redemptions } from '../referrals/redemptions.service.js';
import { TooManyUnknownCodes } from '../referrals/referrals.errors.js';
import { InviteCheckDto } from './invites.dto.js';

@ApiTags('Referrals')
@Controller('invites')
export class InvitesController {
  constructor(private readonly redemptions: Redemptions) {}

  /** Check whether an invite code could be activated now. */
  @Get(':code')
  @Public()
  @ApiErrors(TooManyUnknownCodes)
  async checkInviteCode(@Param('code') typed: string, @FromAsker() { network }: Asker): Promise<InviteCheckDto> {
    return { valid: await this.redemptions.isOpen(typed, network) };
  }
}
