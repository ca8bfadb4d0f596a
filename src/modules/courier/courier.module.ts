import { Module } from '@nestjs/common';
import { EmailModule } from '../email/email.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { SendingModule } from '../sending/sending.module.js';
import { SmsModule } from '../sms/sms.module.js';
import { CarriedNumbers } from './carried-numbers.js';
import { Carriers } from './carriers.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';

@Module({
  imports: [MessagesModule, SmsModule, EmailModule, SendingModule],
  providers: [Courier, Carriers, CarriedNumbers, Outbox],
  exports: [Courier],
})
export class CourierModule {}
