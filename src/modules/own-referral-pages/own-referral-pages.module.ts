import { Module } from '@nestjs/common';
import { InvitesModule } from '../invites/invites.module.js';
import { OwnReferralsModule } from '../own-referrals/own-referrals.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { OwnInvitePage } from './own-invite-page.service.js';
import { OwnQrController } from './own-qr.controller.js';

/** What people see and do of their invitations by pages. */
@Module({
  imports: [PageAccessModule, PageMemoryModule, ReferralsModule, InvitesModule, OwnReferralsModule],
  controllers: [OwnQrController],
  providers: [OwnInvitePage],
  exports: [OwnInvitePage],
})
export class OwnReferralPagesModule {}
