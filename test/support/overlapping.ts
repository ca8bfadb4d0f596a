import { Database } from '../../src/platform/database/database.js';
import { eventually } from './eventually.js';
import { aGate } from './memory-outbox.js';
import type { ServicesWorld } from './services.js';

/**
 * Does `first` in a transaction that stays open, and `later` beside it; the transaction ends once `later` waits for a lock, or is done
 * without. What became of both, in this order: the race that two requests lose once in a thousand times, every time.
 */
export async function overlapping(
  world: ServicesWorld,
  first: () => Promise<unknown>,
  later: () => Promise<unknown>,
): Promise<[PromiseSettledResult<unknown>, PromiseSettledResult<unknown>]> {
  const [done, held] = [aGate(), aGate()];
  const slow = world.get(Database).transaction(async () => {
    await first().finally(done.open);
    await held.gate;
  });
  await done.gate;
  let isOver = false;
  const other = later().finally(() => (isOver = true));
  const both = Promise.allSettled([slow, other]);
  await eventually(async () => {
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(isOver || (await world.sql(waits)).length > 0).toBe(true);
  }).finally(held.open);
  return both;
}
