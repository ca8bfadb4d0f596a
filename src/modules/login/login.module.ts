import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { OtpModule } from '../otp/otp.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { LoginController } from './login.controller.js';
import { LoginService } from './login.service.js';
import { PasswordSignIn } from './password-sign-in.js';
import { RegistrationService } from './registration.service.js';

/** Registering with a password, and signing in by it. */
@Module({
  imports: [
    AddressesModule,
    OtpModule,
    UsersModule,
    PasswordsModule,
    SessionsModule,
    ProfilesModule,
    AuditModule,
    AuthModule,
  ],
  controllers: [LoginController],
  providers: [LoginService, RegistrationService, PasswordSignIn],
  exports: [LoginService, RegistrationService],
})
export class LoginModule {}
