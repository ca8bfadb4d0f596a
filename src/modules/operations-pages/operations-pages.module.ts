import { Module } from '@nestjs/common';
import { AdminModule } from '../admin/admin.module.js';
import { MessageTrailModule } from '../message-trail/message-trail.module.js';
import { OtpGuardModule } from '../otp-guard/otp-guard.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { SendingDeskModule } from '../sending-desk/sending-desk.module.js';
import { SmsBudgetModule } from '../sms-budget/sms-budget.module.js';
import { UsersModule } from '../users/users.module.js';
import { MessagesPage } from './messages-page.service.js';
import { MessagesPagesController } from './messages-pages.controller.js';
import { SendingPage } from './sending-page.service.js';
import { SendingPagesController } from './sending-pages.controller.js';

/** The pages of whoever operates the service: what became of messages, and whether SMS go out. */
@Module({
  imports: [
    PageAccessModule,
    UsersModule,
    AdminModule,
    MessageTrailModule,
    SendingDeskModule,
    SmsBudgetModule,
    OtpGuardModule,
  ],
  controllers: [MessagesPagesController, SendingPagesController],
  providers: [MessagesPage, SendingPage],
})
export class OperationsPagesModule {}
