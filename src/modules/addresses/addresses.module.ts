import { Module } from '@nestjs/common';
import { ContactsService } from './contacts.service.js';

/** What people type as their phone or e-mail address, and which of it we may write to. */
@Module({ providers: [ContactsService], exports: [ContactsService] })
export class AddressesModule {}
