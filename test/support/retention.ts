import type { SecretConfig } from '../../src/config/config.js';
import { RetentionEnvironment, retentionConfig } from '../../src/config/environment/environment.retention.js';
import { ReleasedContacts } from '../../src/modules/users/released-contacts.service.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Events } from '../../src/platform/events/events.js';
import { Retention } from '../../src/platform/retention/retention.js';

/** How long rows are kept where nothing is configured. */
export const kept = retentionConfig(new RetentionEnvironment());

/** As the application makes it. */
export const releasedContacts = (database: Database, events: Events, secret: SecretConfig): ReleasedContacts =>
  new ReleasedContacts(database, events, new Retention(), kept, secret);
