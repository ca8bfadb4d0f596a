import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

type Channel = Contact['channel'];

/** When to ask again while sending is switched off: nobody knows for how long. */
const OFF_SECONDS = 60;

/**
 * SQL: in how many seconds messages of a channel are taken again, at least 1; null while they are. By index.
 * @param channelLiteral an SQL expression, such as `'sms'` or `$1`
 */
export const secondsUntilSending = (channelLiteral: string): string =>
  `(SELECT CASE WHEN NOT sending.enabled THEN ${OFF_SECONDS}
      WHEN sending.open_until > clock_now() THEN ceil(extract(epoch FROM sending.open_until - clock_now()))::int END
    FROM sending WHERE sending.channel = ${channelLiteral})`;

export interface BreakerState {
  /** `half_open`: the next message is tried alone. */
  readonly state: 'closed' | 'open' | 'half_open';
  /** Null while it is closed. */
  readonly openUntil: Date | null;
  /** The kind of failure that opened it. */
  readonly failure: string | null;
  /** Messages that failed in a row. */
  readonly failures: number;
}

export interface SendingState {
  readonly channel: Channel;
  /** Whether operators let messages go out. */
  readonly enabled: boolean;
  readonly reason: string | null;
  /** Null until somebody has touched the switch. */
  readonly changedAt: Date | null;
  /** The person who did; null for whoever did it on the machine. */
  readonly changedBy: string | null;
  readonly breaker: BreakerState;
}

export interface SwitchChange {
  readonly enabled: boolean;
  /** Why, for staff. */
  readonly reason?: string;
  readonly changedBy?: string;
}

interface SendingRow extends Omit<SendingState, 'breaker'>, Omit<BreakerState, 'state'> {
  readonly breaker: BreakerState['state'];
}

const STATE = statement<SendingRow>(
  'sending.state',
  `SELECT channel, enabled, reason, changed_at AS "changedAt", changed_by AS "changedBy", failure, failures,
     open_until AS "openUntil",
     CASE WHEN open_until IS NULL THEN 'closed' WHEN open_until > clock_now() THEN 'open' ELSE 'half_open' END AS breaker
   FROM sending WHERE channel = $1`,
);

// Whoever switches on has mended something: an open breaker tries a message at once.
const SWITCH = statement(
  'sending.switch',
  `UPDATE sending SET enabled = $2, reason = $3, changed_by = $4, changed_at = clock_now(),
     open_until = CASE WHEN $2 AND open_until > clock_now() THEN clock_now() ELSE open_until END
   WHERE channel = $1`,
);

/** The switch for sending: what is off waits in the outbox, and holds in every process from the next statement on. */
@Injectable()
export class SendingService {
  constructor(private readonly database: Database) {}

  async stateOf(channel: Channel): Promise<SendingState> {
    const row = await this.database.first(STATE, [channel]);
    if (!row) throw new Error('a channel has no switch');
    const { breaker: state, openUntil, failure, failures, ...rest } = row;
    return { ...rest, breaker: { state, openUntil, failure, failures } };
  }

  /** Switches in the caller's transaction, if there is one. */
  async change(channel: Channel, { enabled, reason, changedBy }: SwitchChange): Promise<void> {
    await this.database.run(SWITCH, [channel, enabled, reason ?? null, changedBy ?? null]);
  }
}
