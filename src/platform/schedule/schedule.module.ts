import { Module } from '@nestjs/common';
import { ScheduleModule as Clockwork } from '@nestjs/schedule';
import { Metrics } from '../observability/metrics.js';
import { finishedTasks } from './periodic.js';

/** Makes a process do what is marked with `@Hourly` or `@EveryTenMinutes`. One that does not import it, such as a command, does none of it. */
@Module({ imports: [Clockwork.forRoot()] })
export class ScheduleModule {
  constructor(metrics: Metrics) {
    metrics.gauge(
      {
        name: 'latchkey_task_finished_timestamp_seconds',
        help: 'When a periodic task last went well in this process; until its first time, when the process began',
        labelNames: ['task'],
      },
      () => [...finishedTasks()].map(([task, at]) => [{ task }, at] as const),
    );
  }
}
