import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan } from 'typeorm';
import type { Locale } from '../../common/locale.js';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { statement } from '../../platform/database/statement.js';
import { type Channel, Message, type MessageState } from './message.entity.js';

/** The PostgreSQL notification channel that wakes couriers. */
export const OUTBOX = 'outbox';

export interface NewMessage {
  readonly id: string;
  readonly channel: Channel;
  /** E.164 or an e-mail address. */
  readonly recipient: string;
  readonly template: string;
  /** What the template's view is made from; never a secret or a code. */
  readonly params: Record<string, unknown>;
  readonly locale: Locale;
  /** After this moment the message is worth nothing and is not sent. */
  readonly expiresAt: Date;
}

export interface MessageFilter {
  readonly to?: string;
  readonly since?: Date;
  /** Only those a provider has taken. */
  readonly sent?: boolean;
  readonly before?: string;
  readonly limit: number;
}

const ENQUEUE = statement(
  'messages.enqueue',
  `WITH message AS (
     INSERT INTO messages (id, channel, recipient, template, params, locale, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id, channel)
   INSERT INTO outbox (channel, message_id) SELECT channel, id FROM message`,
);

const WITHDRAW = statement(
  'messages.withdraw',
  `WITH dropped AS (DELETE FROM outbox WHERE channel = $1 AND message_id = $2 AND claimed_at IS NULL RETURNING message_id)
   UPDATE messages SET state = 'expired', settled_at = clock_now() FROM dropped WHERE id = dropped.message_id`,
);

const NOW = statement<{ now: Date }>('messages.now', 'SELECT clock_now() AS now');

const STATE = statement<{ state: MessageState }>('messages.state', 'SELECT state FROM messages WHERE id = $1');

/** Outgoing messages: rows, written in the transaction of what caused them and carried by the courier. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  /** Writes a message in the caller's transaction. Call {@link wakeCourier} once that is committed. */
  async enqueue(message: NewMessage): Promise<void> {
    await this.database.run(ENQUEUE, [
      message.id,
      message.channel,
      message.recipient,
      message.template,
      message.params,
      message.locale,
      message.expiresAt,
    ]);
  }

  wakeCourier(): void {
    this.notifications.notify(OUTBOX);
  }

  /** Takes back a message that nobody has picked up yet; later than that it changes nothing. */
  async withdraw(channel: Channel, id: string): Promise<void> {
    await this.database.run(WITHDRAW, [channel, id]);
  }

  async stateOf(id: string): Promise<MessageState | undefined> {
    return (await this.database.first(STATE, [id]))?.state;
  }

  /** The time that the moments of messages are told in. */
  async now(): Promise<Date> {
    return (await this.database.first(NOW, []))?.now ?? new Date();
  }

  /** The newest messages first. */
  async list({ to, since, sent, before, limit }: MessageFilter): Promise<Message[]> {
    const states: MessageState[] = ['sent', 'delivered', 'undelivered'];
    return this.database.repository(Message).find({
      where: {
        ...(to && { recipient: to }),
        ...(since && { queuedAt: MoreThan(since) }),
        ...(before && { id: LessThan(before) }),
        ...(sent && { state: In(states) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }
}
