import { Body, Get, Post, Query } from '@nestjs/common';
import { ClientGone } from '../../common/http/asker.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, Open, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { InboxDoor } from './inbox-door.service.js';
import { InboxPage } from './inbox-page.service.js';
import { ClearInboxForm, InboxChangesQuery, InboxPageQuery, OpenInboxForm } from './inbox-pages.dto.js';

/** Open to everybody who has signed in or not, where the inbox needs no token; else to whoever has shown that. */
@PageController('inbox')
@Open()
export class InboxPagesController {
  constructor(
    private readonly page: InboxPage,
    private readonly door: InboxDoor,
  ) {}

  @Get()
  show(@FromVisit() visit: Visit, @Query() query?: InboxPageQuery): Promise<PageAnswer> {
    return this.page.show(visit, query);
  }

  @Get('changes')
  changes(
    @Query() { since }: InboxChangesQuery,
    @FromVisit() visit: Visit,
    @ClientGone() gone: AbortSignal,
  ): Promise<PageAnswer> {
    return this.page.changes(since, visit, gone);
  }

  @Post('clear')
  @TakesForm()
  clear(@Body() { to }: ClearInboxForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.page.clear(to, visit);
  }

  @Post('open')
  @TakesForm()
  @ShownAgainBy('show')
  open(@Body() { token }: OpenInboxForm, @FromVisit() visit: Visit): PageAnswer {
    return this.door.open(token, visit);
  }
}
