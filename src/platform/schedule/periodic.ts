import { Cron, CronExpression } from '@nestjs/schedule';
import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

const TRY_LOCK = statement<{ taken: boolean }>(
  'schedule.try_lock',
  `SELECT pg_try_advisory_xact_lock(hashtextextended('schedule:' || $1, 0)) AS taken`,
);

const nowSeconds = (): number => Date.now() / 1_000;

/** When each task last went well in this process, in seconds of its clock; until the first time, when it began. */
const finished = new Map<string, number>();

/** A task and when it last went well. */
export const finishedTasks = (): ReadonlyMap<string, number> => finished;

/** Has a method of a provider called every hour, in every process; its failures are logged. `name` is unique. */
export const Hourly = (name: string): MethodDecorator => periodically(CronExpression.EVERY_HOUR, name);

/** As {@link Hourly}, every ten minutes. */
export const EveryTenMinutes = (name: string): MethodDecorator => periodically(CronExpression.EVERY_10_MINUTES, name);

function periodically(when: CronExpression, name: string): MethodDecorator {
  finished.set(name, nowSeconds());
  return (target, key, descriptor) => {
    const task = descriptor.value as unknown as (this: unknown) => Promise<unknown>;
    const noted = async function (this: unknown): Promise<void> {
      await task.call(this);
      finished.set(name, nowSeconds());
    };
    descriptor.value = noted as unknown as typeof descriptor.value;
    Cron(when, { name, waitForCompletion: true })(target, key, descriptor);
  };
}

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
