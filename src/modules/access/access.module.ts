import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { FreshSignIns } from './fresh-sign-ins.service.js';

/** Who may pass: every route is closed unless it says otherwise. */
@Module({
  imports: [PassportModule, TokensModule, SessionsModule, PasswordsModule],
  providers: [AccessTokenStrategy, FreshSignIns, { provide: APP_GUARD, useClass: AccessTokenGuard }],
  exports: [FreshSignIns],
})
export class AccessModule {}
