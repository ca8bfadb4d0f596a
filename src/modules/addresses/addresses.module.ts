import { Module } from '@nestjs/common';
import { ContactsService } from './contacts.service.js';
import { PhoneRegions } from './phone-regions.service.js';

/** What people type as their phone or e-mail address, and which of it we may write to. */
@Module({ providers: [ContactsService, PhoneRegions], exports: [ContactsService, PhoneRegions] })
export class AddressesModule {}
