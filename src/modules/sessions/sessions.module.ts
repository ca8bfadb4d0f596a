import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { AccessTokens } from './access-tokens.service.js';
import { JwksController } from './jwks.controller.js';
import { Session } from './session.entity.js';
import { SessionsService } from './sessions.service.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeys } from './signing-keys.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session, SigningKey]), JwtModule.register({}), UsersModule],
  controllers: [JwksController],
  providers: [SessionsService, AccessTokens, SigningKeys],
  exports: [SessionsService, AccessTokens],
})
export class SessionsModule {}
