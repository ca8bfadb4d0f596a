import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MessagesModule } from '../messages/messages.module.js';
import { OtpChallenge } from './otp-challenge.entity.js';
import { OtpCodes } from './otp-codes.js';
import { OtpEndings } from './otp-endings.service.js';
import { OtpLimits } from './otp-limits.service.js';
import { OtpVerifier } from './otp-verifier.service.js';
import { OtpService } from './otp.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([OtpChallenge]), MessagesModule],
  providers: [OtpService, OtpVerifier, OtpEndings, OtpLimits, OtpCodes],
  exports: [OtpService, OtpVerifier, OtpEndings],
})
export class OtpModule {}
