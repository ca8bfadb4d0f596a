import { Module, type OnModuleInit } from '@nestjs/common';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { MessagesModule } from '../messages/messages.module.js';
import { OtpGuardModule } from '../otp-guard/otp-guard.module.js';
import { TestPhonesModule } from '../test-phones/test-phones.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChallengeWriter } from './challenge-writer.js';
import { OtpCodes } from './otp-codes.js';
import { OtpEndings } from './otp-endings.service.js';
import { OtpRefunds } from './otp-refunds.service.js';
import { OtpVerifier } from './otp-verifier.service.js';
import { OtpService } from './otp.service.js';
import { OTP_TEMPLATE } from './otp.statements.js';

@Module({
  imports: [MessagesModule, OtpGuardModule, TestPhonesModule, UsersModule],
  providers: [OtpService, ChallengeWriter, OtpVerifier, OtpEndings, OtpRefunds, OtpCodes],
  exports: [OtpService, OtpVerifier, OtpEndings],
})
export class OtpModule implements OnModuleInit {
  constructor(
    private readonly renderer: MessageRenderer,
    private readonly codes: OtpCodes,
  ) {}

  onModuleInit(): void {
    this.renderer.supply(OTP_TEMPLATE, (params, to) => ({ code: this.codes.ofMessage(params, to) }));
  }
}
