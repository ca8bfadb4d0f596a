import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Administration } from './administration.service.js';
import { ReleasedContact } from './released-contact.entity.js';
import { ReleasedContacts } from './released-contacts.service.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User, ReleasedContact])],
  providers: [UsersService, Administration, ReleasedContacts],
  exports: [UsersService, Administration, ReleasedContacts],
})
export class UsersModule {}
