import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChallengesRetention } from './challenges.retention.js';
import { Challenges } from './challenges.service.js';
import { OtpChallenge } from './otp-challenge.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([OtpChallenge])],
  providers: [Challenges, ChallengesRetention],
  exports: [Challenges],
})
export class ChallengesModule {}
