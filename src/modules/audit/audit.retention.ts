import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RetentionConfig } from '../../config/config.js';
import { idAt } from '../../platform/database/id-at.js';
import { forgetting } from '../../platform/retention/forgetting.js';
import { Retention } from '../../platform/retention/retention.js';

const KEPT_SINCE = 'clock_now() - make_interval(days => $2::int)';

// The identifier finds them; the age is that of the last failure of an entry that counts.
const FORGET = forgetting('audit_entries', {
  old: `id < ${idAt(KEPT_SINCE)} AND last_at < ${KEPT_SINCE}`,
  order: 'id',
});

/** Entries are forgotten when they are old. */
@Injectable()
export class AuditRetention implements OnModuleInit {
  constructor(
    private readonly retention: Retention,
    private readonly kept: RetentionConfig,
  ) {}

  onModuleInit(): void {
    this.retention.register({ name: 'audit_entries', statement: FORGET, values: [this.kept.auditDays] });
  }
}
