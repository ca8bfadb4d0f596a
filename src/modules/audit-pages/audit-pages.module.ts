import { Module } from '@nestjs/common';
import { AdminModule } from '../admin/admin.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PeopleModule } from '../people/people.module.js';
import { AuditPage } from './audit-page.service.js';
import { AuditPagesController } from './audit-pages.controller.js';

/** The page on which administrators read the audit log. */
@Module({
  imports: [PageAccessModule, AdminModule, PeopleModule, AuditModule],
  controllers: [AuditPagesController],
  providers: [AuditPage],
})
export class AuditPagesModule {}
