import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { NumberBlocksModule } from '../number-blocks/number-blocks.module.js';
import { SmsBudgetModule } from '../sms-budget/sms-budget.module.js';
import { OtpCharges } from './otp-charges.service.js';
import { OtpGuardRetention } from './otp-guard.retention.js';
import { OtpLimits } from './otp-limits.service.js';
import { OtpWatch } from './otp-watch.service.js';

/** Whether a code may be sent, and who is counted for what. */
@Module({
  imports: [ChallengesModule, NumberBlocksModule, SmsBudgetModule],
  providers: [OtpCharges, OtpLimits, OtpWatch, OtpGuardRetention],
  exports: [OtpCharges, OtpLimits, OtpWatch],
})
export class OtpGuardModule {}
