import { Module } from '@nestjs/common';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { InviteePagesController } from './invitee-pages.controller.js';
import { InviteePages } from './invitee-pages.service.js';

/** The pages on which somebody sees whom they have invited. */
@Module({
  imports: [PageAccessModule, ReferralsModule],
  controllers: [InviteePagesController],
  providers: [InviteePages],
})
export class InviteePagesModule {}
