import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppConfig } from '../../config/config.js';
import {
  type PageAnswer,
  pageAddress,
  PageContent,
  PageRedirect,
  PageView,
} from '../../platform/pages/page-answers.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { type InboxMessage, InboxService } from '../qa/inbox.service.js';
import { InboxDoor } from './inbox-door.service.js';

const A_PAGE = 20;
const LONGEST_WAIT_SECONDS = 25;

/** What the address of the inbox says. */
export interface InboxAddress {
  /** Whose messages. */
  readonly to?: string;
  /** Part of a number, an address or a text. */
  readonly q?: string;
  readonly cursor?: string;
}

/** The page of every message that was "sent", like that of a mail catcher. */
@Injectable()
export class InboxPage {
  constructor(
    private readonly inbox: InboxService,
    private readonly door: InboxDoor,
    private readonly clock: Clock,
    private readonly app: AppConfig,
  ) {}

  /** Where the inbox is closed, the page that asks for its token. */
  async show(visit: Visit, { to, q, cursor }: InboxAddress = {}): Promise<PageAnswer> {
    if (!this.door.isOpenTo(visit)) return new PageView('inbox/key');
    // Before the messages, so that none of them is missed.
    const version = cursor === undefined ? await this.inbox.version() : undefined;
    const { items, nextCursor } = await this.inbox.list({ to, q, cursor, limit: A_PAGE });
    return new PageView('inbox', {
      to,
      q,
      isFirst: cursor === undefined,
      version,
      messages: items.map((message) => this.view(message)),
      older: nextCursor && addressOf({ to, q, cursor: nextCursor }),
      newest: addressOf({ to, q }),
      testOnly: this.app.production,
    });
  }

  /** Answers the version of the inbox that comes after the one given, as soon as there is one. @throws InboxClosed */
  async changes(since: string, visit: Visit, gone: AbortSignal): Promise<PageAnswer> {
    this.door.ensureOpenTo(visit);
    const version = await this.inbox.changesSince(since, LONGEST_WAIT_SECONDS, gone);
    return new PageContent('text/plain; charset=utf-8', version);
  }

  /** @throws InboxClosed */
  async clear(to: string, visit: Visit): Promise<PageAnswer> {
    this.door.ensureOpenTo(visit);
    await this.inbox.clear(to);
    return new PageRedirect(addressOf({ to }), 'told.inboxCleared');
  }

  private view(message: InboxMessage): object {
    const left = Math.ceil((message.expiresAt.getTime() - this.clock.now().getTime()) / 1_000);
    return {
      ...message,
      // A message has one look as long as nothing happens to it, so that one which is shown is left alone.
      version: message.states.map(({ state }) => state).join('-'),
      secondsLeft: Math.max(0, left),
      inbox: addressOf({ to: message.to }),
    };
  }
}

const addressOf = ({ to, q, cursor }: InboxAddress): string => pageAddress('/inbox', { to, q, cursor });
