import { Cron, CronExpression } from '@nestjs/schedule';
import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

const TRY_LOCK = statement<{ taken: boolean }>(
  'schedule.try_lock',
  `SELECT pg_try_advisory_xact_lock(hashtextextended('schedule:' || $1, 0)) AS taken`,
);

/** Has a method of a provider called every hour, in every process; its failures are logged. `name` is unique. */
export const Hourly = (name: string): MethodDecorator =>
  Cron(CronExpression.EVERY_HOUR, { name, waitForCompletion: true });

/** As {@link Hourly}, every ten minutes. */
export const EveryTenMinutes = (name: string): MethodDecorator =>
  Cron(CronExpression.EVERY_10_MINUTES, { name, waitForCompletion: true });

/**
 * Does `work` in a transaction of its own unless another process is at it: then it is left to that one. Whoever comes a
 * moment later does it again, so `work` sees for itself whether it is due.
 */
export async function soleRun(database: Database, name: string, work: () => Promise<unknown>): Promise<void> {
  await database.transaction(async () => {
    const lock = await database.first(TRY_LOCK, [name]);
    if (lock?.taken) await work();
  });
}
