import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { idAt } from '../../platform/database/id-at.js';
import { statement } from '../../platform/database/statement.js';
import { soleRun } from '../../platform/schedule/periodic.js';
import { NOT_WAITING, SOON_AGAIN } from './delivery-checks.js';

/** How old messages are when the poll looks at them; from old to young, so that the youngest have what the others leave. */
const AGES_SECONDS = [6 * 60 * 60, 60 * 60, 10 * 60, 2 * 60, 30];
/** How many messages all workers together have checked by a pass, and at most one pass is made in this time. */
const MOST = 20;
const PASS = `interval '0.9 seconds'`;
/** While so many checks wait, the provider is slower than the poll. */
const WAITING = 200;
/** How many rows of messages a round reads at most. */
const LOOK = 1_000;

// A pass that lies ahead was made by a clock that was.
const BEGIN = statement<{ room: number }>(
  'deliveries.begin_pass',
  `UPDATE delivery_rounds SET looked_at = clock_now() FROM ${NOT_WAITING}
   WHERE age_seconds = $1 AND (looked_at <= clock_now() - ${PASS} OR looked_at > clock_now())
   RETURNING ${WAITING} - (
     SELECT count(*) FROM (SELECT FROM delivery_checks WHERE due_at <= clock_now() LIMIT ${WAITING}) AS waiting)::int AS room`,
);

// A round looks at messages of its age, up to twice that where it lags behind, the oldest first; what is older is left to the next.
// What it saw last lies ahead only when the clock was put back.
const LOOK_AROUND = statement<{ taken: number }>(
  'deliveries.look_around',
  `WITH round AS (
     SELECT greatest(CASE WHEN seen_id <= until THEN seen_id END, earliest) AS since, until
     FROM delivery_rounds, LATERAL (SELECT
       ${idAt('clock_now() - 2 * make_interval(secs => $1)')} AS earliest,
       ${idAt('clock_now() - make_interval(secs => $1)')} AS until) AS bounds
     WHERE age_seconds = $1::int),
   looked AS (
     SELECT id, channel = 'sms' AND state = 'sent' AND provider_id IS NOT NULL AS open FROM round, LATERAL (
       SELECT * FROM messages WHERE id > since AND id <= until ORDER BY id LIMIT ${LOOK}) AS message),
   taken AS (SELECT id FROM looked WHERE open ORDER BY id LIMIT $2),
   requested AS (
     INSERT INTO delivery_checks AS checks (message_id, due_at) SELECT id, clock_now() FROM taken ORDER BY id ${SOON_AGAIN}),
   moved AS (
     UPDATE delivery_rounds SET seen_id = CASE
       WHEN (SELECT count(*) FROM taken) = $2 THEN (SELECT id FROM taken ORDER BY id DESC LIMIT 1)
       WHEN (SELECT count(*) FROM looked) = ${LOOK} THEN (SELECT id FROM looked ORDER BY id DESC LIMIT 1)
       ELSE until END
     FROM round WHERE age_seconds = $1::int)
   SELECT count(*)::int AS taken FROM taken`,
);

/**
 * The poll behind the callbacks. It finds messages by their ids, which tell when they were made, so that sending writes nothing
 * for it. It has a bounded number checked, by all workers together: where more are sent than it can have checked, it passes
 * over some, and what nobody tells of them stays unknown (`sent`).
 */
@Injectable()
export class DeliveryRounds {
  constructor(private readonly database: Database) {}

  /** Has some messages checked whose time has come, unless another worker is at it or was a moment ago. */
  async pass(): Promise<void> {
    await soleRun(this.database, 'deliveries.rounds', async () => {
      const begun = await this.database.first(BEGIN, [AGES_SECONDS[0]]);
      let left = Math.min(begun?.room ?? 0, MOST);
      for (const [index, age] of AGES_SECONDS.entries()) {
        const share = Math.ceil(left / (AGES_SECONDS.length - index));
        if (share > 0) left -= (await this.database.first(LOOK_AROUND, [age, share]))?.taken ?? 0;
      }
    });
  }
}
