import { Module } from '@nestjs/common';
import { InviteVisitsModule } from '../invite-visits/invite-visits.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { InviteQrController } from './invite-qr.controller.js';
import { InvitesController } from './invites.controller.js';
import { ShareLinkController } from './share-link.controller.js';
import { ShareLinks } from './share-links.service.js';

@Module({
  imports: [ReferralsModule, InviteVisitsModule],
  controllers: [ShareLinkController, InvitesController, InviteQrController],
  providers: [ShareLinks],
  exports: [ShareLinks],
})
export class InvitesModule {}
