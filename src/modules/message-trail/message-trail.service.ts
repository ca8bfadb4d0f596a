import { Injectable } from '@nestjs/common';
import { typedContact } from '../../common/contact.js';
import { GREATEST_ID } from '../../common/crypto.js';
import { SmsConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { type Statement, statement } from '../../platform/database/statement.js';
import { type AuditFact, AuditService } from '../audit/audit.service.js';
import type { StoredMessage } from '../messages/messages.service.js';

export type MessageState = StoredMessage['state'];

/** In the order in which a message can come to them. */
export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'expired',
  'ambiguous',
] as const satisfies readonly MessageState[];

type Kept =
  | 'id'
  | 'channel'
  | 'template'
  | 'locale'
  | 'state'
  | 'failure'
  | 'attempts'
  | 'providerId'
  | 'queuedAt'
  | 'sendingAt'
  | 'settledAt'
  | 'reportedAt'
  | 'expiresAt';

/** What became of a message: never its text, nor what that is made of. */
export type MessageStory = Pick<StoredMessage, Kept> & {
  /** Null once it is forgotten. */
  readonly to: string | null;
};

export interface TrailQuery {
  /** A phone number or an e-mail address, as it is typed. */
  readonly to?: string;
  readonly status?: MessageState;
  readonly cursor?: string;
  readonly limit: number;
}

export interface TrailPage {
  /** May be fewer than were asked for, also where there are more. */
  readonly items: MessageStory[];
  readonly nextCursor: string | null;
}

export type Looking = Pick<AuditFact, 'actorId' | 'address'>;

interface TrailRow extends MessageStory {
  readonly fits: boolean;
  /** Whether the page ends here because it has looked far enough. */
  readonly ends: boolean;
}

/** How many messages a page looks through for those of one status; the next page goes on where it stopped. */
const LOOK = 2_000;
/** What has a `failure`, and so is in the index of these few. */
const FAILED: readonly string[] = ['failed', 'undelivered', 'ambiguous'];

const COLUMNS = `id, channel, nullif(recipient, '') AS "to", template, locale, state, failure, attempts,
     provider_id AS "providerId", queued_at AS "queuedAt", sending_at AS "sendingAt", settled_at AS "settledAt",
     reported_at AS "reportedAt", expires_at AS "expiresAt"`;

/** A status has no index: each message changes its own several times, and every change would write there. */
const page = (name: string, which: string): Statement<TrailRow> =>
  statement(
    `trail.${name}`,
    `SELECT * FROM (
       SELECT ${COLUMNS}, coalesce(state = $2, true) AS fits, row_number() OVER (ORDER BY id DESC) = ${LOOK} AS ends
       FROM messages WHERE ${which} AND id < $3 ORDER BY id DESC LIMIT ${LOOK}) AS looked
     WHERE fits OR ends ORDER BY id DESC LIMIT $4`,
  );
const OF_RECIPIENT = page('of_recipient', 'recipient = $1');
const OF_FAILED = page('of_failed', '$1::text IS NULL AND failure IS NOT NULL');
const OF_ALL = page('of_all', '$1::text IS NULL');

/** The trail of every message, for administrators. That they have looked is written down before they see it. */
@Injectable()
export class MessageTrail {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly sms: SmsConfig,
  ) {}

  /** The newest first. */
  async page({ to, status, cursor, limit }: TrailQuery, by: Looking): Promise<TrailPage> {
    const recipient = to === undefined ? null : typedContact(to, this.sms.regions[0]);
    const values = [recipient, status ?? null, cursor ?? GREATEST_ID, limit + 1];
    const found = await this.database.run(statementFor({ to, status }), values);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.filter(({ fits }) => fits).map(storyOf);
    // To whom was asked for is a contact of somebody.
    const details = { to: to === undefined ? 'all' : 'one', status, found: items.length };
    await this.audit.record({ action: 'messages.viewed', ...by, details });
    return { items, nextCursor: last && (last.ends || found.length > limit) ? last.id : null };
  }
}

function statementFor({ to, status = 'queued' }: Pick<TrailQuery, 'to' | 'status'>): Statement<TrailRow> {
  if (to !== undefined) return OF_RECIPIENT;
  return FAILED.includes(status) ? OF_FAILED : OF_ALL;
}

function storyOf({ fits: _fits, ends: _ends, ...story }: TrailRow): MessageStory {
  return story;
}
