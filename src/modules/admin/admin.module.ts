import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuditController } from './audit.controller.js';
import { Changes } from './changes.service.js';
import { Endings } from './endings.service.js';
import { Looks } from './looks.service.js';
import { PeopleController } from './people.controller.js';

/** What staff do: finding people, changing them, and reading who did what. */
@Module({
  imports: [
    AddressesModule,
    UsersModule,
    PeopleModule,
    ReferralsModule,
    ProfilesModule,
    SessionsModule,
    NoticesModule,
    AuditModule,
  ],
  controllers: [PeopleController, AuditController],
  providers: [Looks, Changes, Endings],
  exports: [Looks, Changes, Endings],
})
export class AdminModule {}
