import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';

// A series of pauses is over an hour after the last of them, long before.
const FORGET = forgetting('paused_blocks', {
  old: 'paused_until < clock_now() - make_interval(hours => $2::int)',
  order: 'paused_until',
});

/** Blocks that were paused are forgotten with the counters. */
@Injectable()
export class NumberBlocksRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    this.retention.register({ name: 'paused_blocks', statement: FORGET, values: [this.kept.countersHours] });
  }
}
