import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { contactsOf } from '../../common/contact.js';
import { type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { Looks } from '../admin/looks.service.js';
import {
  MESSAGE_STATES,
  type MessageState,
  type MessageStory,
  MessageTrail,
} from '../message-trail/message-trail.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { fullNameOf } from '../users/users.service.js';

const SHOWN = 20;

export interface MessagesWanted {
  readonly status?: MessageState;
  readonly cursor?: string;
}

/** Messages by the address of the page. */
export interface MessagesOfPerson extends MessagesWanted {
  readonly person?: string;
  readonly channel?: Contact['channel'];
}

/** Messages by what was typed. */
export interface MessagesTo extends MessagesWanted {
  readonly to?: string;
}

/** A person whose messages are shown, and which of their contacts they went to. */
interface Recipient {
  readonly id: string;
  readonly name: string | null;
  readonly contacts: readonly Contact[];
  readonly to?: Contact;
}

/** The page on which administrators see what became of messages. */
@Injectable()
export class MessagesPage {
  constructor(
    private readonly trail: MessageTrail,
    private readonly looks: Looks,
  ) {}

  /** @throws UserNotFound */
  async show({ person: id, channel, ...wanted }: MessagesOfPerson, visit: SignedInVisit): Promise<PageAnswer> {
    if (visit.refusal) return view(wanted, { items: [], nextCursor: null });
    const person = id === undefined ? undefined : await this.recipient(id, channel, visit);
    // Whoever has no contact has no messages that could be found by one.
    if (person && !person.to) return view({ ...wanted, person }, { items: [], nextCursor: null });
    const page = await this.pageOf({ ...wanted, to: person?.to?.value }, visit);
    return view({ ...wanted, person }, page);
  }

  /** A search without a contact has an address. */
  async search({ to, ...wanted }: MessagesTo, visit: SignedInVisit): Promise<PageAnswer> {
    if (to !== undefined) return view({ ...wanted, to }, await this.pageOf({ to, ...wanted }, visit));
    return new PageRedirect(`/admin/messages${wanted.status ? `?status=${wanted.status}` : ''}`);
  }

  private pageOf(query: MessagesTo, visit: SignedInVisit) {
    const { actorId, address } = viewerOf(visit);
    return this.trail.page({ ...query, limit: SHOWN }, { actorId, address });
  }

  private async recipient(
    id: string,
    channel: Contact['channel'] | undefined,
    visit: SignedInVisit,
  ): Promise<Recipient> {
    const person = await this.looks.person(id, viewerOf(visit));
    const contacts = contactsOf(person);
    const to = contacts.find((contact) => contact.channel === channel) ?? contacts[0];
    return { id, name: fullNameOf(person) ?? person.username, contacts, to };
  }
}

function view(
  wanted: MessagesTo & { readonly person?: Recipient },
  { items, nextCursor }: { readonly items: readonly MessageStory[]; readonly nextCursor: string | null },
): PageView {
  const messages = items.map((story) => ({ ...story, times: timesOf(story) }));
  return new PageView('messages', { states: MESSAGE_STATES, ...wanted, isLater: wanted.cursor, messages, nextCursor });
}

/** When a message came to each of its states. What is tried again is queued a second time, of which the first is told. */
function timesOf({ state, queuedAt, sendingAt, settledAt, reportedAt }: MessageStory) {
  const times = [
    { state: 'queued', at: queuedAt },
    { state: 'sending', at: sendingAt },
    { state: reportedAt ? 'sent' : state, at: settledAt },
    { state, at: reportedAt },
  ];
  return times.filter(({ at }) => at !== null);
}
