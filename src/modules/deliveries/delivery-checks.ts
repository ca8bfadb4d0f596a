import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { compose, statement } from '../../platform/database/statement.js';
import { REPORT } from '../messages/messages.service.js';

/** The PostgreSQL notification channel that tells of checks that are due. */
export const CHECKS_DUE = 'delivery_checks_due';

export interface ClaimedCheck {
  readonly messageId: string;
  /** Which check of this message it is, from 1. */
  readonly tries: number;
  /** Null when there is nothing to ask any more. */
  readonly providerId: string | null;
}

/** What nobody asked for again in this time is not needed any more. */
const IDLE = `interval '1 hour'`;
const SWEEP = 100;

/** SQL: the earliest moment at which a row of `checks` may be checked again; now, when it never was. */
const NEXT = `greatest(clock_now(), checks.checked_at + interval '30 seconds')`;

/** SQL: what an INSERT into `delivery_checks AS checks` does where a message has a row: at most one check in thirty seconds. */
export const SOON_AGAIN = `ON CONFLICT (message_id) DO UPDATE SET due_at = ${NEXT}
   WHERE checks.due_at IS NULL OR checks.due_at > ${NEXT}`;

/** SQL: none of this waits for the disk. What a crash takes back is asked again. */
export const NOT_WAITING = `set_config('synchronous_commit', 'off', true)`;

// One that is not written as sent yet, or was settled otherwise, is not asked about.
const REQUEST = statement<{ messageId: string }>(
  'deliveries.request',
  `INSERT INTO delivery_checks AS checks (message_id, due_at)
   SELECT id, clock_now() FROM messages, ${NOT_WAITING}
   WHERE id = ANY ($1::uuid[]) AND channel = 'sms' AND state = 'sent' AND provider_id IS NOT NULL ORDER BY id
   ${SOON_AGAIN}
   RETURNING message_id AS "messageId"`,
);

// Due again once the claim has run out: whoever has it by then is dead.
const CLAIM = statement<ClaimedCheck>(
  'deliveries.claim',
  `WITH due AS (
     UPDATE delivery_checks SET tries = tries + 1, checked_at = clock_now(), due_at = clock_now() + make_interval(secs => $2)
     WHERE message_id = ANY (ARRAY(
       SELECT message_id FROM delivery_checks WHERE due_at <= clock_now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
     RETURNING message_id, tries)
   SELECT message_id AS "messageId", tries, CASE WHEN state = 'sent' THEN provider_id END AS "providerId"
   FROM due LEFT JOIN messages ON id = message_id CROSS JOIN ${NOT_WAITING}`,
);

const FINISH = compose(
  'deliveries.finish',
  [
    { parameters: 2, ctes: 'report AS (SELECT $1::uuid AS id, $2::text AS state)' },
    REPORT,
    { parameters: 0, ctes: 'finished AS (DELETE FROM delivery_checks USING report WHERE message_id = report.id)' },
  ],
  `SELECT ${NOT_WAITING}`,
);

const DROP = statement('deliveries.drop', `DELETE FROM delivery_checks USING ${NOT_WAITING} WHERE message_id = $1`);

// What was requested meanwhile stays: only the end of this claim is replaced.
const POSTPONE = statement(
  'deliveries.postpone',
  `UPDATE delivery_checks SET due_at = clock_now() + make_interval(secs => $4) FROM ${NOT_WAITING}
   WHERE message_id = $1 AND tries = $2 AND due_at = checked_at + make_interval(secs => $3)`,
);

const FORGET_IDLE = statement(
  'deliveries.forget_idle',
  `DELETE FROM delivery_checks USING ${NOT_WAITING}
   WHERE message_id = ANY (ARRAY(
     SELECT message_id FROM delivery_checks WHERE due_at IS NULL AND checked_at < clock_now() - ${IDLE}
     ORDER BY checked_at LIMIT ${SWEEP} FOR UPDATE SKIP LOCKED))`,
);

/** Which messages the provider is to be asked about, and when. Several workers may claim at once; none gets what another has. */
@Injectable()
export class DeliveryChecks {
  constructor(private readonly database: Database) {}

  /** Has messages checked now, or thirty seconds after their last check. Answers for how many that changed anything. */
  async request(messageIds: readonly string[]): Promise<number> {
    return (await this.database.run(REQUEST, [messageIds])).length;
  }

  async claim(limit: number, claimSeconds: number): Promise<ClaimedCheck[]> {
    return this.database.run(CLAIM, [limit, claimSeconds]);
  }

  /** Notes what the provider said of a message that was sent; of any other nothing changes. */
  async finish({ messageId }: ClaimedCheck, state: 'delivered' | 'undelivered'): Promise<void> {
    await this.database.run(FINISH, [messageId, state]);
  }

  async drop({ messageId }: ClaimedCheck): Promise<void> {
    await this.database.run(DROP, [messageId]);
  }

  /** @param again seconds until it is due by itself; undefined: only when somebody asks for it */
  async postpone({ messageId, tries }: ClaimedCheck, claimSeconds: number, again?: number): Promise<void> {
    await this.database.run(POSTPONE, [messageId, tries, claimSeconds, again ?? null]);
  }

  /** Removes some of what nobody needs any more. */
  async forgetIdle(): Promise<void> {
    await this.database.run(FORGET_IDLE, []);
  }
}
