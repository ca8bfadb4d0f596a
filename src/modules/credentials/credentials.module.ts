import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { OtpModule } from '../otp/otp.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ForgottenPasswordController } from './forgotten-password.controller.js';
import { OwnPasswordController } from './own-password.controller.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordReplacement } from './password-replacement.js';
import { PasswordReset } from './password-reset.service.js';

/** Getting another password: by a code, or by being signed in. */
@Module({
  imports: [UsersModule, OtpModule, PasswordsModule, SessionsModule, AuditModule, NoticesModule, AuthModule],
  controllers: [ForgottenPasswordController, OwnPasswordController],
  providers: [PasswordReset, PasswordChange, PasswordReplacement],
  exports: [PasswordReset, PasswordChange],
})
export class CredentialsModule {}
