import { Body, Post } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, Open, PageController } from '../page-access/page.decorators.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { BrowserForms } from './browser-forms.service.js';
import { LanguageForm } from './sign-in-pages.dto.js';

/** What stands on every page. */
@PageController()
@Open()
export class BrowserController {
  constructor(private readonly forms: BrowserForms) {}

  @Post('sign-out')
  @TakesForm()
  signOut(@FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.signOut(visit);
  }

  @Post('language')
  @TakesForm()
  speak(@Body() body: LanguageForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.speak(body, visit);
  }

  @Post('invite/forget')
  @TakesForm()
  forgetInvite(@FromVisit() visit: Visit): PageAnswer {
    return this.forms.forgetInvite(visit);
  }
}
