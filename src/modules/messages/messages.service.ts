import { Injectable } from '@nestjs/common';
import { And, Equal, In, LessThan, MoreThan, Not, Raw } from 'typeorm';
import { GREATEST_ID, LEAST_ID, newId } from '../../common/crypto.js';
import type { Locale } from '../../common/locale.js';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { compose, type Fragment } from '../../platform/database/statement.js';
import { originOfWork } from '../../platform/tracing/current-work.js';
import type { Template } from './message-texts.js';
import { type Channel, Message, type MessageState } from './message.entity.js';
import {
  ENQUEUE,
  ENQUEUE_FOR_NOBODY,
  ENQUEUE_ONE,
  FORGET,
  forgettingWhen,
  FORGOTTEN_UNTIL,
  type MessageTrail,
  NOW,
  OF_PERSON,
  REPORT,
  STATE,
  VERSION,
  VERSION_OF,
} from './messages.statements.js';

/** The PostgreSQL notification channels that wake couriers. */
export const OUTBOX: Readonly<Record<Channel, string>> = { sms: 'outbox_sms', email: 'outbox_email' };

/** A message as others may read it. */
export type StoredMessage = Readonly<Message>;

export interface MessageFilter {
  readonly id?: string;
  readonly to?: string;
  readonly since?: Date;
  /** Only those a provider has taken. */
  readonly sent?: boolean;
  /** Only those to test phones, which no provider gets. */
  readonly test?: boolean;
  readonly before?: string;
  readonly limit: number;
}

export interface NewMessage {
  readonly channel: Channel;
  /** E.164 or a lower-cased e-mail address. */
  readonly recipient: string;
  readonly template: Template;
  /** Never a secret or a code. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly locale: Locale;
  /** The person it is about. */
  readonly subjectId?: string;
  /** Whether the row forgets its recipient and its parameters once it is settled. */
  readonly fleeting?: boolean;
  /** How long it is worth sending. */
  readonly lifeSeconds: number;
}

/** Whose messages are meant: those to any of the contacts, and those about the person. */
export interface MessagesOf {
  /** Contacts as rows hold them. */
  readonly recipients: readonly string[];
  /** Left out where only contacts are meant. */
  readonly subjectId?: string;
  /** Only those that were written for test phones. */
  readonly test?: boolean;
}

export { ENQUEUE, ENQUEUE_FOR_NOBODY, forgettingWhen, REPORT };
export type { MessageTrail };

/** Takes back each message of `old_message` (id, channel) that no courier has picked up; changes nothing for the others. */
export const WITHDRAW: Fragment = {
  parameters: 0,
  ctes: `
   unqueued AS (
     DELETE FROM outbox USING old_message old
     WHERE outbox.channel = old.channel AND message_id = old.id AND claimed_at IS NULL RETURNING message_id),
   withdrawn AS (
     UPDATE messages SET state = 'expired', settled_at = clock_now(), ${forgettingWhen('fleeting')}
     FROM unqueued WHERE id = unqueued.message_id)`,
};

const WITHDRAW_ONE = compose(
  'messages.withdraw',
  [{ parameters: 2, ctes: 'old_message AS (SELECT $2::uuid AS id, $1::text AS channel)' }, WITHDRAW],
  'SELECT 1',
);

/** Outgoing messages: rows, written in the transaction of what caused them and carried by the courier. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  /** Tells the couriers that there is something to carry, on one channel or on any. */
  wakeCourier(channel?: Channel): void {
    const names = channel ? [OUTBOX[channel]] : Object.values(OUTBOX);
    names.forEach((name) => this.notifications.notify(name));
  }

  /** Writes a message in the caller's transaction, and wakes the courier once that is committed. Answers its id. */
  async enqueue(message: NewMessage): Promise<string> {
    const id = newId();
    const { channel, recipient, template, params = {}, locale, subjectId = null, fleeting = false } = message;
    const values = [
      id,
      channel,
      recipient,
      template,
      params,
      locale,
      subjectId,
      fleeting,
      message.lifeSeconds,
      ...originOfWork(),
    ];
    await this.database.run(ENQUEUE_ONE, values);
    this.database.afterCommit(() => this.wakeCourier(channel));
    return id;
  }

  /**
   * Erases recipient and parameters of every message to these contacts or about this person. Those still on their way are
   * carried and forgotten then.
   */
  async forget({ recipients, subjectId, test = false }: MessagesOf): Promise<void> {
    await this.database.run(FORGET, [recipients.filter((recipient) => recipient !== ''), subjectId ?? null, test]);
  }

  /** All that is kept, the oldest first. */
  async trailOf({ recipients, subjectId }: MessagesOf): Promise<MessageTrail[]> {
    return this.database.run(OF_PERSON, [recipients.filter((recipient) => recipient !== ''), subjectId ?? null]);
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

  /** Another text whenever one of the newest fifty comes, fares on or is forgotten: of each of these recipients, or of all. */
  async versionOf(recipients: readonly string[] | undefined, test: boolean): Promise<string> {
    const [statement, values] = recipients ? ([VERSION_OF, [test, recipients]] as const) : ([VERSION, [test]] as const);
    return (await this.database.first(statement, values))?.version ?? '';
  }

  /** The newest messages first; those that have forgotten their recipient or their parameters have no text, and are left out. */
  async list({ id, to, since, sent, test, before, limit }: MessageFilter): Promise<StoredMessage[]> {
    const states: MessageState[] = ['sent', 'delivered', 'undelivered'];
    const forgottenUntil = await this.forgottenUntil();
    return this.database.repository(Message).find({
      where: {
        recipient: to || Not(''),
        ...(since && { queuedAt: MoreThan(since) }),
        id: And(id ? Equal(id) : LessThan(before ?? GREATEST_ID), MoreThan(forgottenUntil)),
        ...(sent && { state: In(states) }),
        ...(test && { params: Raw((column) => `${column} @> '{"test": true}'`) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** The greatest id of a message that has forgotten what its text is made of, as all before it have. */
  private async forgottenUntil(): Promise<string> {
    return (await this.database.first(FORGOTTEN_UNTIL, []))?.id ?? LEAST_ID;
  }
}
