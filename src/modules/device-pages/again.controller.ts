import { Body, Get, Post, Query } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { AgainForms } from './again-forms.service.js';
import { AgainForm, AgainQuery } from './device-pages.dto.js';

@PageController('again')
export class AgainController {
  constructor(private readonly forms: AgainForms) {}

  @Get()
  show(@FromVisit() visit: SignedInVisit, @Query() query?: AgainQuery): PageAnswer {
    return this.forms.show(visit, query);
  }

  @Post()
  @TakesForm()
  @ShownAgainBy('show')
  askCode(@Body() body: AgainForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.askCode(body, visit);
  }
}
