import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { SharedReading } from '../../platform/observability/scrapes/shared-reading.js';
import type { Channel } from './message.entity.js';

/** How far into the outbox of a channel anybody looks: what is beyond is enough to know that it is far too long. */
const LOOKED_AT = 10_000;

interface Depth {
  readonly channel: Channel;
  readonly waiting: number;
  readonly later: number;
  readonly sending: number;
  /** How long whatever waits longest could have been picked up; 0 where nothing waits. */
  readonly oldestSeconds: number;
}

const DEPTH = statement<Depth>(
  'outbox.depth',
  `SELECT channel, waiting::int, later::int, sending::int, "oldestSeconds"
   FROM unnest(ARRAY['sms', 'email']) AS channel CROSS JOIN LATERAL (
     SELECT count(*) FILTER (WHERE claimed_at IS NULL AND due_at <= clock_now()) AS waiting,
       count(*) FILTER (WHERE claimed_at IS NULL AND due_at > clock_now()) AS later,
       count(claimed_at) AS sending,
       coalesce(max(extract(epoch FROM clock_now() - due_at)) FILTER (WHERE claimed_at IS NULL AND due_at <= clock_now()), 0)::float8
         AS "oldestSeconds"
     FROM (SELECT claimed_at, due_at FROM outbox WHERE outbox.channel = channel.channel ORDER BY message_id LIMIT ${LOOKED_AT}) AS entry
   ) AS depth`,
);

/** How much lies in the outbox. Every process tells of it, also those that carry nothing: it matters most where no courier is left. */
@Injectable()
export class OutboxNumbers implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const depths = new SharedReading(() => this.database.run(DEPTH, []));
    this.metrics.gauge(
      {
        name: 'latchkey_outbox_messages',
        help: `All processes: messages that are waiting, wait to be tried again later, or are sending now; ${LOOKED_AT} of a channel are that many or more`,
        labelNames: ['channel', 'state'],
      },
      async () =>
        (await depths.value())?.flatMap(({ channel, waiting, later, sending }) =>
          Object.entries({ waiting, later, sending }).map(([state, count]) => [{ channel, state }, count] as const),
        ),
    );
    this.metrics.gauge(
      {
        name: 'latchkey_outbox_oldest_seconds',
        help: 'All processes: how long the message that waits longest could have been picked up',
        labelNames: ['channel'],
      },
      async () => (await depths.value())?.map(({ channel, oldestSeconds }) => [{ channel }, oldestSeconds] as const),
    );
  }
}
