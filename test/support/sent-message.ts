import { newId } from '../../src/common/crypto.js';
import type { StoredWorld } from './stored.js';

interface Facts {
  readonly id?: string;
  readonly channel?: 'sms' | 'email';
  readonly state?: string;
  readonly providerId?: string | null;
}

/** Writes a message as it is once a provider has taken it; answers its id. */
export async function sentMessage(world: Pick<StoredWorld, 'sql'>, facts: Facts = {}): Promise<string> {
  const { id = newId(), channel = 'sms', state = 'sent', providerId = `of ${id}` } = facts;
  await world.sql(
    `INSERT INTO messages (id, channel, recipient, template, params, locale, state, provider_id, settled_at, expires_at)
     VALUES ($1, $2, '+79120000000', 'otp-code', '{}', 'en', $3, $4, clock_now(), clock_now() + interval '5 min')`,
    [id, channel, state, providerId],
  );
  return id;
}
