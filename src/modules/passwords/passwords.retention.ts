import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';

// Alike for people and for names that nobody has, or what is forgotten would tell them apart.
const FORGET = forgetting('password_failures', {
  old: 'last_at < clock_now() - make_interval(days => $2::int)',
  order: 'last_at',
});

/** Failures in a row are forgotten long after the last that was counted: so much later whoever guesses may begin anew. */
@Injectable()
export class PasswordsRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    this.retention.register({
      name: 'password_failures',
      statement: FORGET,
      values: [this.kept.passwordFailuresDays],
    });
  }
}
