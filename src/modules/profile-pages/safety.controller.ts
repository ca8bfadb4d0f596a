import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { NewContactDto, WhichContactDto } from '../contacts/contacts.dto.js';
import { ChangePasswordDto } from '../credentials/credentials.dto.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { ProfilePage } from './profile-page.service.js';
import { SafetyForms } from './safety-forms.service.js';

@PageController('profile')
export class SafetyController {
  constructor(
    private readonly page: ProfilePage,
    private readonly forms: SafetyForms,
  ) {}

  show(visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.show(visit);
  }

  @Post(['contacts/phone', 'contacts/email'])
  @TakesForm()
  @FreshSignIn()
  @ShownAgainBy('show')
  askContact(@Body() body: NewContactDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.askContact(body, visit);
  }

  @Post('contacts/:contact/remove')
  @TakesForm()
  @FreshSignIn()
  @ShownAgainBy('show')
  removeContact(
    @Param() { contact }: WhichContactDto,
    @Body() _body: ReauthenticationDto,
    @FromVisit() visit: SignedInVisit,
  ): Promise<PageAnswer> {
    return this.forms.removeContact(contact, visit);
  }

  @Post('password')
  @TakesForm()
  @FreshSignIn()
  @ShownAgainBy('show')
  changePassword(@Body() { newPassword }: ChangePasswordDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.changePassword(newPassword, visit);
  }

  @Post('export')
  @HttpCode(200)
  @TakesForm()
  @FreshSignIn()
  @ShownAgainBy('show')
  export(@Body() _body: ReauthenticationDto, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.export(visit);
  }
}
