import { type Fragment, statement } from '../../platform/database/statement.js';
import type { Message, MessageState } from './message.entity.js';
import { PARAMETERS_UNTIL } from './messages.retention.js';

/** What is kept of a message, without what its text is made of. */
export type MessageTrail = Pick<Message, 'channel' | 'template' | 'locale' | 'state' | 'queuedAt' | 'settledAt'> & {
  /** Null once it is forgotten. */
  readonly to: string | null;
};

const COLUMNS = 'id, channel, recipient, template, params, locale, expires_at, subject_id';

/**
 * Writes a message for each row of `new_message`, which has these columns. `params` never hold a secret or a code. Its values are those of
 * `originOfWork`. Call `MessagesService.wakeCourier` after the commit.
 */
export const ENQUEUE: Fragment = {
  parameters: 2,
  ctes: `
   message AS (
     INSERT INTO messages (${COLUMNS}, request_id, traceparent) SELECT ${COLUMNS}, $1::text, $2::text FROM new_message
     RETURNING id, channel),
   queued AS (INSERT INTO outbox (channel, message_id) SELECT channel, id FROM message)`,
};

/** Writes the same where the recipient knows what it would say: it counts as sent, and no courier ever has it. */
export const ENQUEUE_FOR_NOBODY: Fragment = {
  parameters: 2,
  ctes: `
   message AS (
     INSERT INTO messages (${COLUMNS}, request_id, traceparent, state, settled_at)
     SELECT ${COLUMNS}, $1::text, $2::text, 'sent', clock_now() FROM new_message)`,
};

export const ENQUEUE_ONE = statement(
  'messages.enqueue',
  `WITH message AS (
     INSERT INTO messages (id, channel, recipient, template, params, locale, subject_id, fleeting, expires_at, request_id, traceparent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_now() + make_interval(secs => $9), $10, $11) RETURNING id, channel)
   INSERT INTO outbox (channel, message_id) SELECT channel, id FROM message`,
);

/** SQL: assignments of an UPDATE of `messages` that leave a message without its recipient, its parameters and what it was caused by. */
export const forgettingWhen = (condition: string): string =>
  `recipient = CASE WHEN ${condition} THEN '' ELSE recipient END,
       params = CASE WHEN ${condition} THEN '{}' ELSE params END,
       request_id = CASE WHEN ${condition} THEN NULL ELSE request_id END,
       traceparent = CASE WHEN ${condition} THEN NULL ELSE traceparent END`;

// What is not settled yet is still sent, and forgets itself then. Rows are locked in the order of their ids, as couriers do.
export const FORGET = statement(
  'messages.forget',
  `WITH theirs AS (
     SELECT id FROM messages WHERE id IN (
       SELECT id FROM messages WHERE recipient = ANY ($1::text[])
       UNION ALL SELECT id FROM messages WHERE subject_id = $2)
     ORDER BY id FOR UPDATE)
   UPDATE messages SET fleeting = true, ${forgettingWhen('settled_at IS NOT NULL')}
   FROM theirs WHERE messages.id = theirs.id AND (NOT $3 OR params @> '{"test": true}')`,
);

/** Notes what became of each message of `report` (id, state: `delivered` or `undelivered`) that is `sent`: nothing goes back. */
export const REPORT: Fragment = {
  parameters: 0,
  ctes: `
   reported AS (
     UPDATE messages m SET state = report.state, reported_at = clock_now(), failure = nullif(report.state, 'delivered')
     FROM report WHERE m.id = report.id AND m.state = 'sent')`,
};

export const OF_PERSON = statement<MessageTrail>(
  'messages.of_person',
  `SELECT channel, nullif(recipient, '') AS "to", template, locale, state, queued_at AS "queuedAt", settled_at AS "settledAt"
   FROM messages WHERE id IN (
     SELECT id FROM messages WHERE recipient = ANY ($1::text[]) UNION ALL SELECT id FROM messages WHERE subject_id = $2)
   ORDER BY id`,
);

export const NOW = statement<{ now: Date }>('messages.now', 'SELECT clock_now() AS now');

export const STATE = statement<{ state: MessageState }>('messages.state', 'SELECT state FROM messages WHERE id = $1');

export const FORGOTTEN_UNTIL = statement<{ id: string }>(
  'messages.forgotten_until',
  `SELECT ${PARAMETERS_UNTIL} AS id`,
);

const LOOKED_AT = 50;

/** One text of how the newest messages fare; what has forgotten its recipient, or what its text is made of, is none of them. */
const versionOf = (messages: string): string =>
  `SELECT coalesce(md5(string_agg(concat_ws(' ', id, state, sending_at), ',' ORDER BY id)), '') AS version FROM ${messages}`;

const newest = (which: string): string =>
  `(SELECT id, state, sending_at FROM messages WHERE ${which} AND id > ${PARAMETERS_UNTIL} AND (NOT $1 OR params @> '{"test": true}')
    ORDER BY id DESC LIMIT ${LOOKED_AT}) AS newest`;

interface VersionRow {
  readonly version: string;
}

export const VERSION = statement<VersionRow>('messages.version', versionOf(newest(`recipient <> ''`)));

export const VERSION_OF = statement<VersionRow>(
  'messages.version_of',
  versionOf(`unnest($2::text[]) AS shown CROSS JOIN LATERAL ${newest(`recipient = shown AND recipient <> ''`)}`),
);
