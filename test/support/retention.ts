import type { RetentionConfig } from '../../src/config/config.js';
import { RetentionEnvironment, retentionConfig } from '../../src/config/environment/environment.retention.js';
import { ReleasedContacts } from '../../src/modules/users/released-contacts.service.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Events } from '../../src/platform/events/events.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import type { RootKey } from '../../src/platform/root-key/root-key.js';
import { Retention } from '../../src/platform/retention/retention.js';
import { Sweeper } from '../../src/platform/retention/sweeper.js';
import { Walks } from '../../src/platform/retention/walks.js';

/** How long rows are kept where nothing is configured. */
export const kept = retentionConfig(new RetentionEnvironment());

/** As the application makes it. */
export const releasedContacts = (database: Database, events: Events, root: RootKey): ReleasedContacts =>
  new ReleasedContacts(database, events, new Retention(), kept, root);

type Rules = new (retention: Retention, kept: RetentionConfig) => { onModuleInit(): void };

/** Forgets what a module says is old by now, in a process of its own. */
export function sweepBy(Said: Rules, database: Database): Promise<void> {
  const retention = new Retention();
  new Said(retention, kept).onModuleInit();
  return new Sweeper(database, retention, new Walks(database), new Metrics()).sweep();
}
