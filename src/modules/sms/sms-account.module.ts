import { Module } from '@nestjs/common';
import { SmsAccountCheck } from './sms-account-check.service.js';
import { SmsModule } from './sms.module.js';

/** Has the process that serves HTTP look after the account of the SMS provider, wherever messages are carried. */
@Module({ imports: [SmsModule], providers: [SmsAccountCheck] })
export class SmsAccountModule {}
