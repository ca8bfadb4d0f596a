import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ReferralGraphController } from './referral-graph.controller.js';
import { ReferralSignals } from './referral-signals.service.js';
import { ReferralTree } from './referral-tree.service.js';

/** What staff see of who invited whom: the edges around a person, and what looks unusual. */
@Module({
  imports: [AuditModule],
  controllers: [ReferralGraphController],
  providers: [ReferralTree, ReferralSignals],
  exports: [ReferralTree, ReferralSignals],
})
export class ReferralGraphModule {}
