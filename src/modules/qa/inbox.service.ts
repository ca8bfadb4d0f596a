import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Closing } from '../../platform/closing/closing.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { type MessageFilter, MessagesService, type StoredMessage } from '../messages/messages.service.js';
import { OtpService } from '../otp/otp.service.js';
import { InboxKey } from './inbox-key.service.js';
import { InboxRecipients } from './inbox-recipients.js';
import { statesOf } from './message-states.js';
import { NoMessageYet } from './qa.errors.js';

const POLL_MS = 150;
const VERSION_POLL_MS = 500;
const LONGEST_WAIT_SECONDS = 30;
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

interface Patience {
  readonly seconds: number;
  readonly everyMs: number;
  /** Aborted when the client leaves. */
  readonly gone: AbortSignal;
}

/** Every message the service "sent" to {@link InboxRecipients}, for testers: a reading of the message rows. */
@Injectable()
export class InboxService {
  constructor(
    private readonly messages: MessagesService,
    private readonly renderer: MessageRenderer,
    private readonly recipients: InboxRecipients,
    private readonly otp: OtpService,
    private readonly key: InboxKey,
    private readonly closing: Closing,
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
    await this.messages.forget({ recipients: this.recipients.shown(to) ?? [], test: this.recipients.test });
  }

  /** The newest that was sent. @throws NoMessageYet */
  async latest(to: string): Promise<InboxMessage> {
    const message = await this.newestSent(to);
    if (!message) throw new NoMessageYet();
    return message;
  }

  /**
   * The newest message of a challenge, in whatever state, for whoever holds the challenge; null when it is unknown, or its message is
   * forgotten. Always null where the inbox needs a key: whoever asks for a code need not be who gets it.
   */
  async ofChallenge(challengeId: string): Promise<InboxMessage | null> {
    const id = this.key.needed ? undefined : await this.otp.messageIdOf(challengeId);
    if (id === undefined) return null;
    const [message] = await this.messages.list({ id, limit: 1 });
    return message ? this.show(message) : null;
  }

  /** The newest that was sent after `since`, as soon as there is one; ends early when the client leaves or the process ends. */
  async wait({ to, since, timeout }: Waiting, gone: AbortSignal): Promise<WaitResult> {
    const after = since ?? new Date((await this.messages.now()).getTime() - RECENT_MS);
    const patience = { seconds: timeout, everyMs: POLL_MS, gone };
    const message = await this.firstAnswer(() => this.newestSent(to, after), patience);
    return message ? { message, timedOut: false } : { message: null, timedOut: true };
  }

  /**
   * Another text whenever one of the newest messages that may be shown has come, gone or fared on; empty while there is none. Read it
   * before the messages, and nothing is missed.
   */
  async version(): Promise<string> {
    return this.messages.versionOf(this.recipients.shown(), this.recipients.test);
  }

  /**
   * The version that comes after the one that is given, as soon as there is one, at once when that is an older one; the given one when
   * time is over, which is after 30 seconds at the latest, when the client leaves or the process ends.
   */
  async changesSince(version: string, seconds: number, gone: AbortSignal): Promise<string> {
    const another = async () => {
      const now = await this.version();
      return now === version ? undefined : now;
    };
    const patience = { seconds: Math.min(seconds, LONGEST_WAIT_SECONDS), everyMs: VERSION_POLL_MS, gone };
    return (await this.firstAnswer(another, patience)) ?? version;
  }

  /** Asks again and again; undefined when it was long enough. */
  private async firstAnswer<T>(ask: () => Promise<T | undefined>, patience: Patience): Promise<T | undefined> {
    const deadline = performance.now() + patience.seconds * 1_000;
    const enough = AbortSignal.any([patience.gone, this.closing.signal]);
    for (;;) {
      const answer = await ask();
      if (answer !== undefined || enough.aborted || performance.now() >= deadline) return answer;
      await pause(patience.everyMs, undefined, { signal: enough }).catch(() => undefined);
    }
  }

  private async newestSent(to: string, since?: Date): Promise<InboxMessage | undefined> {
    const [message] = await this.newest({ to, since, sent: true, limit: 1 });
    return message && this.show(message);
  }

  private async newest({ to, ...rest }: MessageFilter): Promise<StoredMessage[]> {
    const recipients = this.recipients.shown(to);
    const filter = { ...rest, test: this.recipients.test };
    if (!recipients) return this.messages.list(filter);
    const lists = await Promise.all(recipients.map((recipient) => this.messages.list({ ...filter, to: recipient })));
    const all = lists.flat().sort((one, other) => (one.id > other.id ? -1 : 1));
    return all.slice(0, filter.limit);
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
