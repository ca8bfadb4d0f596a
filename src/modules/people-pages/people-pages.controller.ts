import { Get, Query } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { FromVisit, PageController } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { PeopleList } from './people-list.service.js';
import { PeopleFilters } from './people-pages.dto.js';
import { PEOPLE } from './visited-person.js';

@PageController('admin')
export class PeoplePagesController {
  constructor(private readonly list: PeopleList) {}

  @Get()
  @Roles('moderator', 'admin')
  lead(): PageAnswer {
    return new PageRedirect(PEOPLE);
  }

  @Get('people')
  @Roles('moderator', 'admin')
  show(@Query() filters: PeopleFilters, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.list.show(filters, visit);
  }
}
