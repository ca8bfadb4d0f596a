import { Body, Get, Post, Query } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import type { PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { MessagesForm, MessagesQuery } from './messages-page.dto.js';
import { MessagesPage } from './messages-page.service.js';

@PageController('admin/messages')
export class MessagesPagesController {
  constructor(private readonly page: MessagesPage) {}

  @Get()
  @Roles('admin')
  show(@FromVisit() visit: SignedInVisit, @Query() query?: MessagesQuery): Promise<PageAnswer> {
    return this.page.show(query ?? {}, visit);
  }

  @Post()
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('show')
  search(@Body() body: MessagesForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.search(body, visit);
  }
}
