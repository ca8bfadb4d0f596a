import { Controller } from '@nestjs/common';
import { ApiSeeOtherResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { FromShareLink, OpensShareLink, TO_SIGN_IN } from './share-link.decorators.js';
import { type Destination, type OpenedLink, ShareLinks } from './share-links.service.js';

@ApiTags('Referrals')
@Controller('i')
export class ShareLinkController {
  constructor(private readonly shareLinks: ShareLinks) {}

  /** Follow a share link: it leads to sign-in, with the code in the address. Whether anybody has the code is not told. */
  @OpensShareLink()
  @Public()
  @ApiSeeOtherResponse(TO_SIGN_IN)
  openShareLink(@FromShareLink() link: OpenedLink): Promise<Destination> {
    return this.shareLinks.open(link);
  }
}
