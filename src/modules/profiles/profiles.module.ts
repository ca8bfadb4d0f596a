import { Module } from '@nestjs/common';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { ProfilesService } from './profiles.service.js';

@Module({ imports: [ReferralsModule], providers: [ProfilesService], exports: [ProfilesService] })
export class ProfilesModule {}
