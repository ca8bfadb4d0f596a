import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { Notices } from './notices.service.js';

@Module({ imports: [MessagesModule], providers: [Notices], exports: [Notices] })
export class NoticesModule {}
