import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { OtpModule } from '../otp/otp.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { SignIn } from './sign-in.js';

@Module({
  imports: [OtpModule, UsersModule, ReferralsModule, ProfilesModule, SessionsModule, PassportModule],
  controllers: [AuthController],
  providers: [AuthService, SignIn, AccessTokenStrategy, { provide: APP_GUARD, useClass: AccessTokenGuard }],
})
export class AuthModule {}
