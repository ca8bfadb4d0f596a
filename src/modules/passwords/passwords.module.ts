import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PasswordAttempts } from './password-attempts.service.js';
import { PasswordFailure } from './password-failure.entity.js';
import { PasswordHasher } from './password-hasher.service.js';
import { PasswordPolicy } from './policy/password-policy.service.js';
import { Password } from './password.entity.js';
import { PasswordsRetention } from './passwords.retention.js';
import { PasswordsService } from './passwords.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Password, PasswordFailure])],
  providers: [PasswordsService, PasswordHasher, PasswordPolicy, PasswordAttempts, PasswordsRetention],
  exports: [PasswordsService, PasswordHasher, PasswordPolicy, PasswordAttempts],
})
export class PasswordsModule {}
