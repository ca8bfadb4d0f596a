import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { InboxController } from './inbox.controller.js';
import { InboxService } from './inbox.service.js';

/** The message inbox. It shows codes, so production does not load it. */
@Module({ imports: [MessagesModule], controllers: [InboxController], providers: [InboxService] })
export class QaModule {}
