import { Module } from '@nestjs/common';
import { SmsModule } from '../sms/sms.module.js';
import { DeliveryChecks } from './delivery-checks.js';
import { SmsCallbacksController } from './sms-callbacks.controller.js';
import { SmsCallbacks } from './sms-callbacks.service.js';

/** Hearing that something has happened to a message. Asking what is {@link DeliveryCheckerModule}, in whichever process works. */
@Module({ imports: [SmsModule], controllers: [SmsCallbacksController], providers: [SmsCallbacks, DeliveryChecks] })
export class DeliveriesModule {}
