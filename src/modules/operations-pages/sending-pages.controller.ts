import { Body, Get, Post } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import type { PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { TurnForm } from './sending-page.dto.js';
import { SendingPage } from './sending-page.service.js';

@PageController('admin/sending')
export class SendingPagesController {
  constructor(private readonly page: SendingPage) {}

  @Get()
  @Roles('admin')
  show(): Promise<PageAnswer> {
    return this.page.show();
  }

  @Post()
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('show')
  turn(@Body() body: TurnForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.turn(body, visit);
  }
}
