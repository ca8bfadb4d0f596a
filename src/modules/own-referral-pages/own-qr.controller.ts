import { Get } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { FromVisit, PageController } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { OwnInvitePage } from './own-invite-page.service.js';

@PageController('profile')
export class OwnQrController {
  constructor(private readonly page: OwnInvitePage) {}

  @Get('qr.svg')
  qr(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.qr(visit);
  }
}
