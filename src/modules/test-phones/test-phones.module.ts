import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { TestPhones } from './test-phones.service.js';

@Module({ imports: [UsersModule], providers: [TestPhones], exports: [TestPhones] })
export class TestPhonesModule {}
