import { AvatarsService } from '../../src/modules/avatars/avatars.service.js';
import { UsersService } from '../../src/modules/users/users.service.js';
import { Events } from '../../src/platform/events/events.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { QueueNumbers } from '../../src/platform/observability/scrapes/queue-numbers.js';
import { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import { limits } from './limits.js';
import { releasedContacts } from './retention.js';
import type { StoredWorld } from './stored.js';

const root = new RootKey('test-secret-of-at-least-32-characters');

/** The pictures of a world, as the application has them, with what they work with. */
export function avatarsIn({ database }: StoredWorld) {
  const events = new Events();
  const users = new UsersService(database, releasedContacts(database, events, root));
  const queues = new QueueNumbers(new Metrics());
  const avatars = new AvatarsService(database, users, new RateLimiter(database, root), events, limits, queues);
  return { avatars, users, events };
}
