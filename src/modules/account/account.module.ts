import { Module } from '@nestjs/common';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { AccountController } from './account.controller.js';

@Module({ imports: [ProfilesModule], controllers: [AccountController] })
export class AccountModule {}
