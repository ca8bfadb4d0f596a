import { Module } from '@nestjs/common';
import { SmsModule } from '../sms/sms.module.js';
import { DeliveryChecker } from './delivery-checker.js';
import { DeliveryChecks } from './delivery-checks.js';
import { DeliveryRounds } from './delivery-rounds.js';

@Module({ imports: [SmsModule], providers: [DeliveryChecker, DeliveryChecks, DeliveryRounds] })
export class DeliveryCheckerModule {}
