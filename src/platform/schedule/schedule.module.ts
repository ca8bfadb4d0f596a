import { Module } from '@nestjs/common';
import { ScheduleModule as Clockwork } from '@nestjs/schedule';

/** Makes a process do what is marked with `@Hourly` or `@EveryTenMinutes`. One that does not import it, such as a command, does none of it. */
@Module({ imports: [Clockwork.forRoot()] })
export class ScheduleModule {}
