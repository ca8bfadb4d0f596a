import { Injectable, type OnModuleInit } from '@nestjs/common';
import { forgetting } from '../retention/forgetting.js';
import { Retention } from '../retention/retention.js';

const FORGET = forgetting('idempotent_answers', { old: 'expires_at <= clock_now()', order: 'expires_at' });

/** Answers are forgotten as soon as they are not given any more. */
@Injectable()
export class IdempotentAnswersRetention implements OnModuleInit {
  constructor(private readonly retention: Retention) {}

  onModuleInit(): void {
    this.retention.register({ name: 'idempotent_answers', statement: FORGET, values: [] });
  }
}
