import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LEAST_ID } from '../../common/crypto.js';
import { RetentionConfig } from '../../config/config.js';
import { idAt } from '../../platform/database/id-at.js';
import { statement } from '../../platform/database/statement.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention, type Walked } from '../../platform/retention/retention.js';
import { positionOf } from '../../platform/retention/walks.js';

const PARAMETERS = 'message_parameters';
const DAYS = 'clock_now() - make_interval(days => $2::int)';
const HOURS = 'clock_now() - make_interval(hours => $3::int)';
/** SQL: whether nobody sends it any more. What expired a day ago is sent by nobody, though no courier was there to say so. */
const IS_OVER = `(settled_at IS NOT NULL OR expires_at < clock_now() - interval '1 day')`;

/** SQL: up to which identifier messages have forgotten what their texts are made of. */
export const PARAMETERS_UNTIL = `coalesce(nullif(${positionOf(PARAMETERS)}, ''), '${LEAST_ID}')::uuid`;

// Goes only forward, and stops before the first that is too young. Whether it was written for a test phone stays.
const FORGET_PARAMETERS = statement<Walked>(
  'forget.message_parameters',
  `WITH passed AS MATERIALIZED (
     SELECT id, bool_and(queued_at < ${HOURS} AND ${IS_OVER}) OVER (ORDER BY id) AS is_old FROM (
       SELECT id, queued_at, settled_at, expires_at FROM messages
       WHERE id > coalesce(nullif($2, ''), '${LEAST_ID}')::uuid AND id < ${idAt(HOURS)} ORDER BY id LIMIT $1) AS message),
   forgotten AS (
     UPDATE messages SET params = CASE WHEN params @> '{"test": true}' THEN '{"test": true}' ELSE '{}' END::jsonb,
       request_id = NULL, traceparent = NULL
     WHERE id = ANY (ARRAY(SELECT id FROM passed WHERE is_old)) AND (params <> '{}' OR request_id IS NOT NULL) RETURNING 1)
   SELECT (SELECT count(*)::int FROM forgotten) AS forgotten, (SELECT count(*) FROM passed WHERE is_old) = $1 AS more,
     coalesce((SELECT id::text FROM passed WHERE is_old ORDER BY id DESC LIMIT 1), $2) AS position`,
);

const FORGET = forgetting('messages', {
  old: `id < ${idAt(DAYS)} AND queued_at < ${DAYS} AND ${IS_OVER}`,
  order: 'id',
});

/** Messages forget what their texts are made of, and later they are forgotten, and with them to whom they went. */
@Injectable()
export class MessagesRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    const values = [this.kept.messageParametersHours];
    this.retention.register({ name: PARAMETERS, statement: FORGET_PARAMETERS, values, restSeconds: 0 });
    this.retention.register({ name: 'messages', statement: FORGET, values: [this.kept.messagesDays] });
  }
}
