import { Body, Get, Post } from '@nestjs/common';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { FromUpload, TakesUpload } from '../../platform/http-edge/uploads.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { ProfileChangesDto } from '../profiles/profile-changes.dto.js';
import { AvatarForms, type ReadFile } from './avatar-forms.service.js';
import { InviteForm } from './profile.dto.js';
import { ProfileForms } from './profile-forms.service.js';
import { ProfilePage } from './profile-page.service.js';

@PageController('profile')
export class ProfileController {
  constructor(
    private readonly page: ProfilePage,
    private readonly forms: ProfileForms,
    private readonly avatar: AvatarForms,
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

  @Post('avatar')
  @TakesUpload('avatar', { token: 'csrf' })
  @ShownAgainBy('show')
  replaceAvatar(@FromUpload() read: ReadFile, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.avatar.replace(read, visit);
  }

  @Post('avatar/remove')
  @TakesForm()
  removeAvatar(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.avatar.remove(visit);
  }

  /** Where forms were sent to there is nothing to see; somebody who comes back to such an address is led to the page. */
  @Get([
    'fields',
    'invite',
    'avatar',
    'contacts/phone',
    'contacts/email',
    'contacts/:contact/remove',
    'password',
    'export',
  ])
  back(): PageAnswer {
    return new PageRedirect('/profile');
  }
}
