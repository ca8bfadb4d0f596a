import { Controller } from '@nestjs/common';
import { ApiSeeOtherResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { FromShareLink, OpensShareLink, TO_SIGN_IN } from './share-link.decorators.js';
import { type Destination, type OpenedLink, ShareLinks } from './share-links.service.js';

@ApiTags('Referrals')
@Controller('i')
export class ShareLinkController {
  constructor(private readonly shareLinks: ShareLinks) {}

  /**
   * Follow a share link
   * @remarks
   * For browsers, which come here by a share link or its QR code; programs have no need of it. It is a page without a text: the answer is
   * always a redirection (303) to the sign-in, which is `SIGN_IN_URL` where that is set and a page of this service otherwise, with
   * `invite` (the code as its owner has it) and `via` in its query. Text that can be no code leads there without them.
   * Whether anybody has the code is not told, neither by the answer nor by the time it takes.
   *
   * A browser that shows the answer as a page remembers the code for 30 days, for the pages of this service, and its visit counts in `opens`
   * once a day, up to 100 visits from one network in an hour (a setting). Programs, previews and prefetches neither count nor remember.
   * A front end of its own at `SIGN_IN_URL` shows `invite` so that it can be removed, and sends both with `POST /api/v1/auth/otp/verify`
   * as `inviteCode` and `inviteVia`, or with `POST /api/v1/referrals/activate`.
   */
  @OpensShareLink()
  @Public()
  @ApiSeeOtherResponse(TO_SIGN_IN)
  openShareLink(@FromShareLink() link: OpenedLink): Promise<Destination> {
    return this.shareLinks.open(link);
  }
}
