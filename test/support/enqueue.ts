import { newId } from '../../src/common/crypto.js';
import { ENQUEUE } from '../../src/modules/messages/messages.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { compose } from '../../src/platform/database/statement.js';

export interface NewMessage {
  readonly id?: string;
  readonly channel?: 'sms' | 'email';
  readonly recipient?: string;
  readonly expiresIn?: string;
  /** The id of the request that it is written for, and its trace. */
  readonly cause?: readonly [string, string];
}

const NEW = {
  parameters: 4,
  ctes: `
   new_message AS (
     SELECT $1::uuid AS id, $2::text AS channel, $3::text AS recipient, 'otp-code' AS template, 'en' AS locale,
       clock_now() + $4::interval AS expires_at, '{"generation": 1}'::jsonb AS params,
       NULL::uuid AS subject_id)`,
};

const ENQUEUE_ONE = compose('test.enqueue', [NEW, ENQUEUE], 'SELECT id FROM message');

/** Writes a message as modules do that send one; answers its id. */
export async function enqueue(database: Database, message: NewMessage = {}): Promise<string> {
  const { id = newId(), channel = 'sms', recipient = '+79120000000', expiresIn = '5 min' } = message;
  await database.run(ENQUEUE_ONE, [id, channel, recipient, expiresIn, ...(message.cause ?? [null, null])]);
  return id;
}
