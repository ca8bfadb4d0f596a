import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { brief, durable, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { forgettingWhen, type StoredMessage } from '../messages/messages.service.js';
import { roomToSend } from '../sending/transport-breaker.service.js';
import { MessagesUnsent } from './courier.events.js';

export type Channel = StoredMessage['channel'];

const EXPIRED_AT_ONCE = 500;

export type ClaimedMessage = Pick<
  StoredMessage,
  'id' | 'recipient' | 'template' | 'params' | 'locale' | 'attempts' | 'requestId' | 'traceparent'
> & {
  readonly channel: Channel;
  /** Whether it was picked up too late to be worth sending. */
  readonly expired: boolean;
  /** How long it stays worth sending. */
  readonly secondsLeft: number;
  /** How long ago it was written. */
  readonly waitedSeconds: number;
  /** Whether it alone is tried, because its transport is in doubt. */
  readonly trial: boolean;
};

export interface Outcome {
  readonly id: string;
  /** Which attempt this is the outcome of, from 1. */
  readonly attempt: number;
  /** `queued` puts it back, to be tried again after `retrySeconds`. */
  readonly state: Extract<StoredMessage['state'], 'queued' | 'sent' | 'failed' | 'expired' | 'ambiguous'>;
  readonly providerId?: string;
  readonly failure?: string;
  /** Whether the provider refused this very message. */
  readonly refused?: boolean;
  readonly retrySeconds?: number;
}

type GivenUpRow = Pick<StoredMessage, 'template' | 'params' | 'queuedAt'> & {
  /** Null where none was given up. */
  readonly id: string | null;
};

/** SQL: what is told of a message that was given up. */
const GIVEN_UP = 'template, params, queued_at AS "queuedAt"';

/** SQL: whether an entry may be claimed. */
const DUE = 'channel = $1 AND message_id > $3 AND claimed_at IS NULL AND due_at <= clock_now()';

// Waits for the disk: once a provider may have seen a message, no crash may make it look untouched.
const CLAIM = durable(
  statement<ClaimedMessage>(
    'outbox.claim',
    `WITH ${roomToSend({ channel: '$1', wanted: '$2::int', waiting: `EXISTS (SELECT FROM outbox WHERE ${DUE})` })},
   due AS (
     UPDATE outbox SET claimed_at = clock_now()
     WHERE channel = $1 AND message_id = ANY (ARRAY(
       SELECT message_id FROM outbox WHERE ${DUE}
       ORDER BY message_id LIMIT coalesce((SELECT messages FROM room), 0) FOR UPDATE SKIP LOCKED))
     RETURNING message_id)
   UPDATE messages SET state = 'sending', sending_at = clock_now(), attempts = attempts + 1
   FROM due WHERE id = due.message_id
   RETURNING id, channel, recipient, template, params, locale, attempts, request_id AS "requestId", traceparent,
     expires_at <= clock_now() AS expired, extract(epoch FROM expires_at - clock_now())::int AS "secondsLeft",
     extract(epoch FROM clock_now() - queued_at)::float8 AS "waitedSeconds", EXISTS (SELECT FROM trial) AS trial`,
  ),
);

// Bound to the attempt it is about: when its acknowledgement was lost and it is written again, the message may be on its way anew.
const SETTLE = brief(
  statement<GivenUpRow>(
    'outbox.settle',
    `WITH outcome AS (
     SELECT * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::float8[])
       AS o (id, attempt, state, provider_id, failure, retry_seconds)),
   settled AS (
     UPDATE messages m SET state = outcome.state, provider_id = outcome.provider_id, failure = outcome.failure,
       settled_at = CASE WHEN outcome.state <> 'queued' THEN clock_now() END,
       ${forgettingWhen("fleeting AND outcome.state <> 'queued'")}
     FROM outcome WHERE m.id = outcome.id AND m.state = 'sending' AND m.attempts = outcome.attempt
     RETURNING m.id, outcome.state, outcome.retry_seconds, ${GIVEN_UP}),
   done AS (
     DELETE FROM outbox USING settled WHERE channel = $1 AND message_id = settled.id AND settled.state <> 'queued'),
   again AS (
     UPDATE outbox SET claimed_at = NULL, due_at = clock_now() + make_interval(secs => settled.retry_seconds)
     FROM settled WHERE channel = $1 AND message_id = settled.id AND settled.state = 'queued')
   SELECT settled.* FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unwaited
   LEFT JOIN settled ON settled.state IN ('failed', 'expired')`,
  ),
);

const ABANDON = statement<{ id: string }>(
  'outbox.abandon',
  `WITH lost AS (
     DELETE FROM outbox WHERE channel = $1 AND claimed_at < clock_now() - make_interval(secs => $2) RETURNING message_id)
   UPDATE messages SET state = 'ambiguous', failure = 'abandoned', settled_at = clock_now(), ${forgettingWhen('fleeting')}
   FROM lost WHERE id = lost.message_id AND state = 'sending' RETURNING id`,
);

const EXPIRE = statement<GivenUpRow>(
  'outbox.expire',
  `WITH late AS (
     DELETE FROM outbox WHERE channel = $1 AND message_id = ANY (ARRAY(
       SELECT message_id FROM outbox JOIN messages ON id = message_id
       WHERE outbox.channel = $1 AND claimed_at IS NULL AND expires_at <= clock_now()
       ORDER BY message_id LIMIT ${EXPIRED_AT_ONCE} FOR UPDATE OF outbox SKIP LOCKED))
     RETURNING message_id)
   UPDATE messages SET state = 'expired', settled_at = clock_now(), ${forgettingWhen('fleeting')}
   FROM late, set_config('synchronous_commit', 'off', true) WHERE id = late.message_id RETURNING id, ${GIVEN_UP}`,
);

/** The queue of messages that are due. Several couriers may work it at once; none gets what another has. */
@Injectable()
export class Outbox {
  private readonly logger = new Logger(Outbox.name);

  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  /**
   * Takes up to `limit` due messages of a channel and marks them `sending`, durably. None, while sending is off or the breaker open.
   * @param after only those whose id is greater: an index is full of what was carried a moment ago
   */
  async claim(channel: Channel, limit: number, after: string): Promise<ClaimedMessage[]> {
    return this.database.run(CLAIM, [channel, limit, after]);
  }

  async settle(channel: Channel, outcomes: readonly Outcome[]): Promise<void> {
    // In the order in which rows are locked everywhere.
    const ordered = [...outcomes].sort((one, other) => (one.id < other.id ? -1 : 1));
    const givenUp = await this.database.run(SETTLE, [
      channel,
      ordered.map((outcome) => outcome.id),
      ordered.map((outcome) => outcome.attempt),
      ordered.map((outcome) => outcome.state),
      ordered.map((outcome) => outcome.providerId ?? null),
      ordered.map((outcome) => outcome.failure ?? null),
      ordered.map((outcome) => outcome.retrySeconds ?? null),
    ]);
    const refused = new Set(outcomes.filter((outcome) => outcome.refused).map(({ id }) => id));
    await this.tellUnsent(channel, givenUp, refused);
  }

  /** Declares ambiguous what was claimed longer ago than any courier of the channel takes: its courier died. Answers how many. */
  async abandon(channel: Channel, olderThanSeconds: number): Promise<number> {
    return (await this.database.run(ABANDON, [channel, olderThanSeconds])).length;
  }

  /** Gives up what was not claimed while it was worth something, some at a time. Reads all that waits: for when nothing is claimed. Answers how many. */
  async expire(channel: Channel): Promise<number> {
    const late = await this.database.run(EXPIRE, [channel]);
    await this.tellUnsent(channel, late);
    return late.length;
  }

  /** After the fact: if the process ends now, what the messages were charged with is not given back, and nothing else is lost. */
  private async tellUnsent(
    channel: Channel,
    rows: readonly GivenUpRow[],
    refused?: ReadonlySet<string>,
  ): Promise<void> {
    const messages = rows.flatMap(({ id, ...row }) =>
      id === null ? [] : [{ ...row, id, channel, refused: refused?.has(id) ?? false }],
    );
    if (messages.length === 0) return;
    await this.events
      .publish(new MessagesUnsent(messages))
      .catch(() => this.logger.warn(`${messages.length} unsent messages were not given back to their limits`));
  }
}
