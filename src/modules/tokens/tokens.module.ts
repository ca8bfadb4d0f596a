import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AccessTokens } from './access-tokens.service.js';
import { JwksController } from './jwks.controller.js';
import { KeyRotation } from './key-rotation.service.js';
import { KeysCommand } from './keys.command.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeyStore } from './signing-key.store.js';
import { SigningKeys } from './signing-keys.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKey]), JwtModule.register({}), AuditModule],
  controllers: [JwksController],
  providers: [AccessTokens, SigningKeys, SigningKeyStore, KeyRotation, KeysCommand],
  exports: [AccessTokens],
})
export class TokensModule {}
