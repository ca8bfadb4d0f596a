import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { parseEmail, parsePhone } from '../../common/contact.js';
import { SmsConfig } from '../../config/config.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { MessagesService, type StoredMessage } from '../messages/messages.service.js';
import { NoMessageYet } from './qa.errors.js';

const POLL_MS = 150;
const RECENT_MS = 60_000;

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

/** Every message the service "sent", for testers: a reading of the message rows. */
@Injectable()
export class InboxService implements BeforeApplicationShutdown {
  private readonly closing = new AbortController();

  constructor(
    private readonly messages: MessagesService,
    private readonly renderer: MessageRenderer,
    private readonly sms: SmsConfig,
  ) {}

  /** The newest first, in whatever state. */
  async list({ to, cursor, limit }: { to?: string; cursor?: string; limit: number }): Promise<{
    items: InboxMessage[];
    nextCursor: string | null;
  }> {
    const found = await this.messages.list({ to: to && this.recipient(to), before: cursor, limit: limit + 1 });
    const items = found.slice(0, limit).map((message) => this.show(message));
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
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
    const [message] = await this.messages.list({ to: this.recipient(to), since, sent: true, limit: 1 });
    return message && this.show(message);
  }

  private recipient(text: string): string {
    return parseEmail(text) ?? parsePhone(text, this.sms.regions[0] ?? 'RU')?.value ?? text.toLowerCase();
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

function statesOf({ queuedAt, sendingAt, settledAt, reportedAt, state }: StoredMessage): InboxMessage['states'] {
  const settled = reportedAt ? 'sent' : state;
  return [
    { state: 'queued', at: queuedAt },
    ...(sendingAt ? [{ state: 'sending', at: sendingAt }] : []),
    ...(settledAt ? [{ state: settled, at: settledAt }] : []),
    ...(reportedAt ? [{ state, at: reportedAt }] : []),
  ];
}
