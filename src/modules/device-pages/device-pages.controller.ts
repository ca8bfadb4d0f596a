import { Get, Param, Post } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { DeviceForms } from './device-forms.service.js';

@PageController('profile/devices')
export class DevicePagesController {
  constructor(private readonly forms: DeviceForms) {}

  @Get()
  show(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.show(visit);
  }

  @Post('end-others')
  @TakesForm()
  @ShownAgainBy('show')
  endOthers(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.endOthers(visit);
  }

  @Post(':id/end')
  @TakesForm()
  @ShownAgainBy('show')
  end(@Param('id') id: string, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.end(id, visit);
  }
}
