import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { typedContact } from '../../common/contact.js';
import { AppConfig, SmsConfig, TestPhonesConfig } from '../../config/config.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { type MessageFilter, MessagesService, type StoredMessage } from '../messages/messages.service.js';
import { NoMessageYet } from './qa.errors.js';

const POLL_MS = 150;
const RECENT_MS = 60_000;
/** How many messages a search looks through: their texts are made for it. */
const SEARCHED = 500;

export interface InboxMessage {
  readonly id: string;
  readonly channel: 'sms' | 'email';
  readonly to: string;
  readonly text: string;
  readonly code: string | null;
  readonly segments: number;
  readonly states: { readonly state: string; readonly at: Date }[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface InboxQuery {
  /** Whose messages; everybody's when left out. */
  readonly to?: string;
  /** Part of a number, an address or a text. */
  readonly q?: string;
  readonly cursor?: string;
  readonly limit: number;
}

export interface Waiting {
  readonly to: string;
  readonly since?: Date;
  /** Seconds. */
  readonly timeout: number;
}

export interface WaitResult {
  readonly message: InboxMessage | null;
  readonly timedOut: boolean;
}

/**
 * Every message the service "sent", for testers: a reading of the message rows. In production it shows those to test phones only,
 * whose codes are no secret.
 */
@Injectable()
export class InboxService implements BeforeApplicationShutdown {
  private readonly closing = new AbortController();

  constructor(
    private readonly messages: MessagesService,
    private readonly renderer: MessageRenderer,
    private readonly sms: SmsConfig,
    private readonly app: AppConfig,
    private readonly testPhones: TestPhonesConfig,
  ) {}

  /** The newest first, in whatever state. With `q` those that hold it among the newest 500, or among as many before the cursor. */
  async list({ to, q, cursor, limit }: InboxQuery): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
    const newest = await this.newest({ to, before: cursor, limit: q === undefined ? limit + 1 : SEARCHED });
    const found = newest.map((message) => this.show(message)).filter((message) => holds(message, q));
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /**
   * Empties the inbox of somebody: their messages forget to whom they went and what they said. One that is still on its way is
   * carried and shown until then; what became of each stays in the trail of messages.
   */
  async clear(to: string): Promise<void> {
    await this.messages.forget({ recipients: this.recipients(to) ?? [], test: this.app.production });
  }

  /** The newest that was sent. @throws NoMessageYet */
  async latest(to: string): Promise<InboxMessage> {
    const message = await this.newestSent(to);
    if (!message) throw new NoMessageYet();
    return message;
  }

  /** The newest that was sent after `since`, as soon as there is one; ends early when the client leaves or the process ends. */
  async wait({ to, since, timeout }: Waiting, gone: AbortSignal): Promise<WaitResult> {
    const deadline = performance.now() + timeout * 1_000;
    const enough = AbortSignal.any([gone, this.closing.signal]);
    const after = since ?? new Date((await this.messages.now()).getTime() - RECENT_MS);
    for (;;) {
      const message = await this.newestSent(to, after);
      if (message) return { message, timedOut: false };
      if (enough.aborted || performance.now() >= deadline) return { message: null, timedOut: true };
      await pause(POLL_MS, undefined, { signal: enough }).catch(() => undefined);
    }
  }

  beforeApplicationShutdown(): void {
    this.closing.abort();
  }

  private async newestSent(to: string, since?: Date): Promise<InboxMessage | undefined> {
    const [message] = await this.newest({ to, since, sent: true, limit: 1 });
    return message && this.show(message);
  }

  /** In production only what was written for test phones: such a number may belong to somebody who signs in like everybody. */
  private async newest({ to, ...rest }: MessageFilter): Promise<StoredMessage[]> {
    const recipients = this.recipients(to);
    const filter = { ...rest, test: this.app.production };
    if (!recipients) return this.messages.list(filter);
    const lists = await Promise.all(recipients.map((recipient) => this.messages.list({ ...filter, to: recipient })));
    const all = lists.flat().sort((one, other) => (one.id > other.id ? -1 : 1));
    return all.slice(0, filter.limit);
  }

  /** Those whose messages may be shown, of the one that is meant or of all; undefined: everybody's. */
  private recipients(to: string | undefined): string[] | undefined {
    const shown = this.app.production ? [...this.testPhones.codes.keys()] : undefined;
    if (to === undefined) return shown;
    const recipient = typedContact(to, this.sms.regions[0]);
    return !shown || shown.includes(recipient) ? [recipient] : [];
  }

  private show(message: StoredMessage): InboxMessage {
    const { text, code } = this.renderer.render(message);
    const { id, channel, recipient: to, queuedAt, expiresAt } = message;
    const segments = this.renderer.segments(message.channel, text);
    return {
      id,
      channel,
      to,
      text,
      code: code ?? null,
      segments,
      states: statesOf(message),
      createdAt: queuedAt,
      expiresAt,
    };
  }
}

function holds({ to, text }: InboxMessage, q: string | undefined): boolean {
  return q === undefined || [to, text].some((each) => each.toLowerCase().includes(q.toLowerCase()));
}

function statesOf({ queuedAt, sendingAt, settledAt, reportedAt, state }: StoredMessage): InboxMessage['states'] {
  const settled = reportedAt ? 'sent' : state;
  return [
    { state: 'queued', at: queuedAt },
    ...(sendingAt ? [{ state: 'sending', at: sendingAt }] : []),
    ...(settledAt ? [{ state: settled, at: settledAt }] : []),
    ...(reportedAt ? [{ state, at: reportedAt }] : []),
  ];
}
