import { Body, Get, Post } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { ProfileChangesDto } from '../profiles/profile-changes.dto.js';
import { InviteForm } from './profile.dto.js';
import { ProfileForms } from './profile-forms.service.js';
import { ProfilePage } from './profile-page.service.js';

@PageController('profile')
export class ProfileController {
  constructor(
    private readonly page: ProfilePage,
    private readonly forms: ProfileForms,
  ) {}

  @Get()
  show(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.show(visit);
  }

  @Post('fields')
  @TakesForm({ empty: null })
  @ShownAgainBy('show')
  change(@Body() body: ProfileChangesDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.change(body, visit);
  }

  @Post('invite')
  @TakesForm()
  @ShownAgainBy('show')
  activate(@Body() body: InviteForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.activate(body, visit);
  }
}
