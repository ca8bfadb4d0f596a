import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { forgetting, walking } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';
import { KNOWN_FOR_DAYS } from './otp-guard.statements.js';

const REST_SECONDS = 86_400;

const FORGET_NETWORKS = walking('otp_known_networks', {
  table: 'otp_known_networks',
  key: ['contact', 'network'],
  least: String.raw`\x`,
  type: 'bytea',
  old: `last_signed_in_at < clock_now() - make_interval(days => $3::int)`,
});

const FORGET_CHECKS = forgetting('otp_check_stats', {
  old: 'minute < clock_now() - make_interval(hours => $2::int)',
  order: 'minute',
});

/** Networks are forgotten when they are not known any more, and minutes of checks with the counters. */
@Injectable()
export class OtpGuardRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    const values = [KNOWN_FOR_DAYS];
    this.retention.register({
      name: 'otp_known_networks',
      statement: FORGET_NETWORKS,
      values,
      restSeconds: REST_SECONDS,
    });
    this.retention.register({ name: 'otp_check_stats', statement: FORGET_CHECKS, values: [this.kept.countersHours] });
  }
}
