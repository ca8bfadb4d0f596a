import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Challenges } from './challenges.service.js';
import { OtpChallenge } from './otp-challenge.entity.js';

@Module({ imports: [TypeOrmModule.forFeature([OtpChallenge])], providers: [Challenges], exports: [Challenges] })
export class ChallengesModule {}
