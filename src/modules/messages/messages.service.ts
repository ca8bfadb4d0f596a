import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { compose, type Fragment, statement } from '../../platform/database/statement.js';
import { type Channel, Message, type MessageState } from './message.entity.js';

/** The PostgreSQL notification channel that wakes couriers. */
export const OUTBOX = 'outbox';

/** A message as others may read it. */
export type StoredMessage = Readonly<Message>;

export interface MessageFilter {
  readonly to?: string;
  readonly since?: Date;
  /** Only those a provider has taken. */
  readonly sent?: boolean;
  readonly before?: string;
  readonly limit: number;
}

/**
 * Writes a message for each row of `new_message` (id, channel, recipient, template, params, locale, expires_at). `params` never hold
 * a secret or a code. Call {@link MessagesService.wakeCourier} after the commit.
 */
export const ENQUEUE: Fragment = {
  parameters: 0,
  ctes: `
   message AS (
     INSERT INTO messages (id, channel, recipient, template, params, locale, expires_at)
     SELECT id, channel, recipient, template, params, locale, expires_at FROM new_message RETURNING id, channel),
   queued AS (INSERT INTO outbox (channel, message_id) SELECT channel, id FROM message)`,
};

/** Takes back each message of `old_message` (id, channel) that no courier has picked up; changes nothing for the others. */
export const WITHDRAW: Fragment = {
  parameters: 0,
  ctes: `
   unqueued AS (
     DELETE FROM outbox USING old_message old
     WHERE outbox.channel = old.channel AND message_id = old.id AND claimed_at IS NULL RETURNING message_id),
   withdrawn AS (
     UPDATE messages SET state = 'expired', settled_at = clock_now() FROM unqueued WHERE id = unqueued.message_id)`,
};

const WITHDRAW_ONE = compose(
  'messages.withdraw',
  [{ parameters: 2, ctes: 'old_message AS (SELECT $2::uuid AS id, $1::text AS channel)' }, WITHDRAW],
  'SELECT 1',
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

  /** Tells the couriers that there is something to carry. */
  wakeCourier(): void {
    this.notifications.notify(OUTBOX);
  }

  /** Takes back a message that no courier has picked up yet; later than that it changes nothing. */
  async withdraw(channel: Channel, id: string): Promise<void> {
    await this.database.run(WITHDRAW_ONE, [channel, id]);
  }

  async stateOf(id: string): Promise<MessageState | undefined> {
    return (await this.database.first(STATE, [id]))?.state;
  }

  /** The time that the moments of messages are told in. */
  async now(): Promise<Date> {
    return (await this.database.first(NOW, []))?.now ?? new Date();
  }

  /** The newest messages first. */
  async list({ to, since, sent, before, limit }: MessageFilter): Promise<StoredMessage[]> {
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
