import { Body, Get, Post } from '@nestjs/common';
import { FreshSignIn } from '../../common/http/access.decorators.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { DeleteForm } from './profile.dto.js';
import { ProfileForms } from './profile-forms.service.js';
import { ProfilePage } from './profile-page.service.js';

@PageController('profile/delete')
export class DeletingController {
  constructor(
    private readonly page: ProfilePage,
    private readonly forms: ProfileForms,
  ) {}

  @Get()
  show(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.showDelete(visit);
  }

  @Post()
  @TakesForm()
  @FreshSignIn()
  @ShownAgainBy('show')
  erase(@Body() _body: DeleteForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.erase(visit);
  }
}
