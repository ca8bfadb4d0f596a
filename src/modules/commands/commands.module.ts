import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AdminModule } from '../admin/admin.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { SendingDeskModule } from '../sending-desk/sending-desk.module.js';
import { UsersModule } from '../users/users.module.js';
import { AdminCommand } from './admin.command.js';
import { SendingCommand } from './sending.command.js';
import { StaffCommand } from './staff.command.js';

/** `npm run admin`: what staff do at their desks, without HTTP. */
@Module({
  imports: [AddressesModule, UsersModule, PeopleModule, ReferralsModule, AdminModule, SendingDeskModule],
  providers: [AdminCommand, StaffCommand, SendingCommand],
})
export class CommandsModule {}
