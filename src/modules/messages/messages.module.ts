import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MessageRenderer } from './message-renderer.service.js';
import { MessageTexts } from './message-texts.js';
import { Message } from './message.entity.js';
import { MessagesRetention } from './messages.retention.js';
import { MessagesService } from './messages.service.js';
import { OutboxNumbers } from './outbox-numbers.js';

/** Writing messages and reading them. Carrying them is {@link CourierModule}, in whichever process works. */
@Module({
  imports: [TypeOrmModule.forFeature([Message])],
  providers: [MessagesService, MessageRenderer, MessageTexts, MessagesRetention, OutboxNumbers],
  exports: [MessagesService, MessageRenderer],
})
export class MessagesModule {}
