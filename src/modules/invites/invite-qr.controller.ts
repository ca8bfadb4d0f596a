import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../common/http/access.decorators.js';
import { ApiErrors } from '../../common/http/problem.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { ApiQrCode } from './invites.dto.js';
import { ShareLinks } from './share-links.service.js';

@ApiTags('Referrals')
@Controller('referrals/me')
export class InviteQrController {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly shareLinks: ShareLinks,
  ) {}

  /**
   * Draw one's share link as a QR code
   * @remarks
   * An SVG, black on white with its quiet zone, to be shown or printed in any size. It holds the share link with `?via=qr`, so that who
   * comes by it can be told from who comes by the plain link.
   * An `img` element sends no access token: fetch the picture, and give the element the URL of a blob.
   * Fetch it again after the invite code was replaced: the old picture leads to a code that is no longer valid.
   */
  @Get('qr.svg')
  @Header('Content-Type', 'image/svg+xml')
  @ApiQrCode()
  @ApiErrors(UserNotFound)
  async readInviteQr(@CurrentUser() { person }: Principal): Promise<string> {
    return this.shareLinks.qrOf(await this.referrals.inviteCodeOf(person.id));
  }
}
