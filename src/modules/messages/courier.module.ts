import { Module } from '@nestjs/common';
import { SmsModule } from '../sms/sms.module.js';
import { Courier } from './courier.js';
import { MessagesModule } from './messages.module.js';
import { Outbox } from './outbox.js';

@Module({ imports: [MessagesModule, SmsModule], providers: [Courier, Outbox] })
export class CourierModule {}
