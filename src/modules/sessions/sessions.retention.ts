import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { forgetting, walking } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';
import { LEAST_ID } from '../../common/crypto.js';

const REST_SECONDS = 6 * 3_600;
const LIFE_ENDS = 'least(idle_expires_at, absolute_expires_at)';

// A day later: a clock that was ahead for a moment ends nobody's session for good.
const END_EXPIRED = walking('expired_sessions', {
  table: 'sessions',
  key: ['id'],
  least: LEAST_ID,
  type: 'uuid',
  old: `ended_at IS NULL AND ${LIFE_ENDS} < clock_now() - interval '1 day'`,
  forget: `UPDATE sessions SET ended_at = ${LIFE_ENDS}, end_reason = 'expired', user_agent = NULL, masked_address = NULL`,
});

const FORGET = forgetting('sessions', {
  old: 'ended_at < clock_now() - make_interval(days => $2::int)',
  order: 'ended_at',
});

/** Sessions whose life was over before anybody ended them are ended, with what describes a device; ended ones are forgotten. */
@Injectable()
export class SessionsRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    const ending = { name: 'expired_sessions', statement: END_EXPIRED, values: [], restSeconds: REST_SECONDS };
    this.retention.register(ending);
    this.retention.register({ name: 'sessions', statement: FORGET, values: [this.kept.sessionsDays] });
  }
}
