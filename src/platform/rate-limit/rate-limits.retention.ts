import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { walking } from '../retention/forgetting.js';
import { Retention } from '../retention/retention.js';

const REST_SECONDS = 3_600;

// No limit looks back further than a day, and the configuration keeps counters longer than that.
const FORGET = walking('rate_limits', {
  table: 'rate_limits',
  key: ['key'],
  least: String.raw`\x`,
  type: 'bytea',
  old: 'touched_at < clock_now() - make_interval(hours => $3::int)',
});

/** Counters are forgotten some time after they last counted. */
@Injectable()
export class RateLimitsRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    const values = [this.kept.countersHours];
    this.retention.register({ name: 'rate_limits', statement: FORGET, values, restSeconds: REST_SECONDS });
  }
}
