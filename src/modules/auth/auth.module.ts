import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { OtpModule } from '../otp/otp.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { Arrivals } from './arrivals.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { Proofs } from './proofs.service.js';
import { SignIn } from './sign-in.js';

@Module({
  imports: [
    AddressesModule,
    OtpModule,
    UsersModule,
    ReferralsModule,
    ProfilesModule,
    SessionsModule,
    PasswordsModule,
    AuditModule,
  ],
  controllers: [AuthController],
  providers: [AuthService, SignIn, Proofs, Arrivals],
  exports: [AuthService, Proofs, Arrivals],
})
export class AuthModule {}
