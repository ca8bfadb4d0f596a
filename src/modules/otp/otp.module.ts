import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MessagesModule } from '../messages/messages.module.js';
import { ContactsService } from './contacts.service.js';
import { OtpChallenge } from './otp-challenge.entity.js';
import { OtpCodes } from './otp-codes.js';
import { OtpLimits } from './otp-limits.service.js';
import { OtpVerifier } from './otp-verifier.service.js';
import { OtpService } from './otp.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([OtpChallenge]), MessagesModule],
  providers: [ContactsService, OtpService, OtpVerifier, OtpLimits, OtpCodes],
  exports: [ContactsService, OtpService, OtpVerifier],
})
export class OtpModule {}
