import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { InviteDay } from './invite-day.entity.js';
import { InviteOpens } from './invite-opens.entity.js';
import { InviteVisit } from './invite-visit.entity.js';
import { Visits } from './visits.service.js';

@Module({
  imports: [UsersModule, TypeOrmModule.forFeature([InviteDay, InviteOpens, InviteVisit])],
  providers: [Visits],
  exports: [Visits],
})
export class InviteVisitsModule {}
