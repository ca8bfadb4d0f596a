import { Body, Get, Post } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, Open, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { ConfirmForm } from './confirm-form.service.js';
import { ConfirmPage } from './confirm-page.service.js';
import { CodeForm } from './confirm.dto.js';

@PageController('confirm')
@Open()
export class ConfirmController {
  constructor(
    private readonly page: ConfirmPage,
    private readonly form: ConfirmForm,
  ) {}

  @Get()
  show(@FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.page.show(visit);
  }

  @Post()
  @TakesForm()
  @ShownAgainBy('show')
  confirm(@Body() body: CodeForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.form.confirm(body, visit);
  }

  @Post('resend')
  @TakesForm()
  @ShownAgainBy('show')
  resend(@FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.form.resend(visit);
  }
}
