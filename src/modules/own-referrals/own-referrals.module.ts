import { Module } from '@nestjs/common';
import { InviteVisitsModule } from '../invite-visits/invite-visits.module.js';
import { InvitesModule } from '../invites/invites.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { UsersModule } from '../users/users.module.js';
import { Activations } from './activations.service.js';
import { OwnReferralsController } from './own-referrals.controller.js';
import { OwnReferralsService } from './own-referrals.service.js';

/** What people do with invite codes: their own, and that of somebody else. */
@Module({
  imports: [UsersModule, ReferralsModule, InviteVisitsModule, InvitesModule],
  controllers: [OwnReferralsController],
  providers: [Activations, OwnReferralsService],
  exports: [Activations, OwnReferralsService],
})
export class OwnReferralsModule {}
