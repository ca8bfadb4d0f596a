import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UsersModule } from '../users/users.module.js';
import { PageSessions } from './page-sessions.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RefreshingController } from './refreshing.controller.js';
import { Session } from './session.entity.js';
import { SessionsRetention } from './sessions.retention.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session]), TokensModule, UsersModule, AuditModule],
  controllers: [RefreshingController],
  providers: [SessionsService, RefreshTokens, PageSessions, SessionsRetention],
  exports: [SessionsService, PageSessions],
})
export class SessionsModule {}
