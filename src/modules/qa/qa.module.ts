import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { InboxAccess } from './inbox.access.js';
import { InboxController } from './inbox.controller.js';
import { InboxService } from './inbox.service.js';

/** The message inbox. It shows codes, so production loads it for test phones only, and only with a token. */
@Module({ imports: [MessagesModule], controllers: [InboxController], providers: [InboxService, InboxAccess] })
export class QaModule {}
