import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UnroutedPageFilter } from './page.filter.js';
import { PageSender } from './page-sender.js';
import { PageVisits } from './page-visits.service.js';

/** Who looks at a page: browsers that are signed in by a cookie, and the forms that they send. */
@Module({
  imports: [AccessModule, SessionsModule],
  providers: [PageVisits, PageSender, UnroutedPageFilter],
  exports: [AccessModule, PageVisits, PageSender],
})
export class PageAccessModule {}
