import { Module } from '@nestjs/common';
import { ClosingModule } from '../../platform/closing/closing.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { OtpModule } from '../otp/otp.module.js';
import { InboxAccess } from './inbox.access.js';
import { InboxController } from './inbox.controller.js';
import { InboxKey } from './inbox-key.service.js';
import { InboxRecipients } from './inbox-recipients.js';
import { InboxService } from './inbox.service.js';

/** The message inbox. It shows codes, so production loads it for test phones only, and only with a token. */
@Module({
  imports: [ClosingModule, MessagesModule, OtpModule],
  controllers: [InboxController],
  providers: [InboxService, InboxAccess, InboxKey, InboxRecipients],
  exports: [InboxService, InboxKey],
})
export class QaModule {}
