import { Module } from '@nestjs/common';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { QaModule } from '../qa/qa.module.js';
import { InboxDoor } from './inbox-door.service.js';
import { InboxPage } from './inbox-page.service.js';
import { InboxPagesController } from './inbox-pages.controller.js';

/** The page of the message inbox; loaded where that is. */
@Module({
  imports: [PageAccessModule, QaModule],
  controllers: [InboxPagesController],
  providers: [InboxPage, InboxDoor],
})
export class InboxPagesModule {}
