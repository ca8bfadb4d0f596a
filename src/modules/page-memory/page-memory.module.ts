import { Module } from '@nestjs/common';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { FormFlows } from './form-flows.service.js';
import { RememberedInvites } from './remembered-invites.service.js';

/** What a browser keeps for our pages from one to the next. */
@Module({
  imports: [ReferralsModule],
  providers: [FormFlows, RememberedInvites],
  exports: [FormFlows, RememberedInvites],
})
export class PageMemoryModule {}
