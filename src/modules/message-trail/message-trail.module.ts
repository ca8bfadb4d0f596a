import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { MessageTrailController } from './message-trail.controller.js';
import { MessageTrail } from './message-trail.service.js';

/** What administrators see of messages: what became of each, and never what it says. */
@Module({
  imports: [AuditModule],
  controllers: [MessageTrailController],
  providers: [MessageTrail],
  exports: [MessageTrail],
})
export class MessageTrailModule {}
