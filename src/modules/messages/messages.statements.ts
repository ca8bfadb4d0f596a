import { statement } from '../../platform/database/statement.js';
import type { Message, MessageState } from './message.entity.js';

/** What is kept of a message, without what its text is made of. */
export type MessageTrail = Pick<Message, 'channel' | 'template' | 'locale' | 'state' | 'queuedAt' | 'settledAt'> & {
  /** Null once it is forgotten. */
  readonly to: string | null;
};

export const ENQUEUE_ONE = statement(
  'messages.enqueue',
  `WITH message AS (
     INSERT INTO messages (id, channel, recipient, template, params, locale, subject_id, fleeting, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_now() + make_interval(secs => $9)) RETURNING id, channel)
   INSERT INTO outbox (channel, message_id) SELECT channel, id FROM message`,
);

export const OF_PERSON = statement<MessageTrail>(
  'messages.of_person',
  `SELECT channel, nullif(recipient, '') AS "to", template, locale, state, queued_at AS "queuedAt", settled_at AS "settledAt"
   FROM messages WHERE id IN (
     SELECT id FROM messages WHERE recipient = ANY ($1::text[]) UNION ALL SELECT id FROM messages WHERE subject_id = $2)
   ORDER BY id`,
);

export const NOW = statement<{ now: Date }>('messages.now', 'SELECT clock_now() AS now');

export const STATE = statement<{ state: MessageState }>('messages.state', 'SELECT state FROM messages WHERE id = $1');
