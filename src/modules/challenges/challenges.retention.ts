import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';

// The longest life is ten minutes, and the breaker of number blocks looks back for an hour: the configuration keeps them longer.
const FORGET = forgetting('otp_challenges', {
  old: 'created_at < clock_now() - make_interval(hours => $2::int)',
  order: 'created_at',
});

/** Challenges are forgotten, and with them passwords that were chosen and never proven. */
@Injectable()
export class ChallengesRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    this.retention.register({ name: 'otp_challenges', statement: FORGET, values: [this.kept.challengesHours] });
  }
}
