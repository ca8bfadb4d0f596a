import { Get, Query } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { FromVisit, PageController } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { InviteePages } from './invitee-pages.service.js';
import { InviteesPageQuery } from './invitee-pages.dto.js';

@PageController('profile/invitees')
export class InviteePagesController {
  constructor(private readonly pages: InviteePages) {}

  @Get()
  show(@FromVisit() visit: SignedInVisit, @Query() { cursor }: InviteesPageQuery): Promise<PageAnswer> {
    return this.pages.show(visit, cursor);
  }
}
