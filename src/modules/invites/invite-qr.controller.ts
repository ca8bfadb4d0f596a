import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../common/http/access.decorators.js';
import { ApiErrors } from '../../common/http/problem.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { ShareLinks } from './share-links.service.js';

/** Shortened. */
const EXAMPLE = '<svg viewBox="0 0 33 33" xmlns="http://www.w3.org/2000/svg"><path d="M2 2h7v1H2z"/></svg>';
const SVG = { type: 'string', example: EXAMPLE };

@ApiTags('Referrals')
@Controller('referrals/me')
export class InviteQrController {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly shareLinks: ShareLinks,
  ) {}

  /** One's share link as a QR code, to be shown or printed in any size. */
  @Get('qr.svg')
  @Header('Content-Type', 'image/svg+xml')
  @ApiOkResponse({ description: 'The QR code.', content: { 'image/svg+xml': { schema: SVG } } })
  @ApiErrors(UserNotFound)
  async readInviteQr(@CurrentUser() { person }: Principal): Promise<string> {
    return this.shareLinks.qrOf(await this.referrals.inviteCodeOf(person.id));
  }
}
