import { Get, Query } from '@nestjs/common';
import { Roles } from '../../common/http/access.decorators.js';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { FromVisit, PageController } from '../page-access/page.decorators.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { AuditFilters } from './audit-pages.dto.js';
import { AuditPage } from './audit-page.service.js';

@PageController('admin/audit')
export class AuditPagesController {
  constructor(private readonly page: AuditPage) {}

  @Get()
  @Roles('admin')
  show(@Query() filters: AuditFilters, @FromVisit() visit: SignedInVisit): Promise<PageAnswer> {
    return this.page.show(filters, visit);
  }
}
