import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ReferralLink } from './referral-link.entity.js';
import { ReferralsService } from './referrals.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ReferralLink])],
  providers: [ReferralsService],
  exports: [ReferralsService],
})
export class ReferralsModule {}
