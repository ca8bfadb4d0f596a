import { Body, Get, Post } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { BlockForm, PersonForm, RoleForm } from './people-pages.dto.js';
import { PersonForms } from './person-forms.service.js';
import { PersonPage } from './person-page.service.js';

@PageController('admin/people/:id')
export class PersonPagesController {
  constructor(
    private readonly page: PersonPage,
    private readonly forms: PersonForms,
  ) {}

  @Get()
  @Roles('moderator', 'admin')
  show(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.show(visit);
  }

  @Post()
  @Roles('admin')
  @TakesForm({ empty: null })
  @ShownAgainBy('show')
  edit(@Body() body: PersonForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.edit(body, visit);
  }

  @Post('role')
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('show')
  setRole(@Body() body: RoleForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.change(body, visit, 'told.person.roleSet');
  }

  @Post('block')
  @Roles('admin')
  @TakesForm({ empty: null })
  @ShownAgainBy('show')
  block(@Body() { blockedReason }: BlockForm, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.change({ status: 'blocked', blockedReason }, visit, 'told.person.blocked');
  }

  @Post('unblock')
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('show')
  unblock(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.change({ status: 'active' }, visit, 'told.person.unblocked');
  }

  @Post('end-sessions')
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('show')
  endSessions(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.endSessions(visit);
  }

  @Get('delete')
  @Roles('admin')
  showDeleting(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.showDeleting(visit);
  }

  @Post('delete')
  @Roles('admin')
  @TakesForm()
  @ShownAgainBy('showDeleting')
  delete(@FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.forms.delete(visit);
  }
}
