import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { SmsBudgetModule } from '../sms-budget/sms-budget.module.js';
import { TestPhonesModule } from '../test-phones/test-phones.module.js';
import { Notices } from './notices.service.js';

@Module({ imports: [MessagesModule, SmsBudgetModule, TestPhonesModule], providers: [Notices], exports: [Notices] })
export class NoticesModule {}
