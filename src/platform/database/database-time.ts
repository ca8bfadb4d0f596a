import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { clockCorrection, correctClock } from '../../common/clock.js';
import { DatabaseConfig } from '../../config/config.js';
import { Database } from './database.js';
import { statement } from './statement.js';

const EVERY_MS = 60_000;
/** Closer than this nobody notices, and ids of one process stay in the order in which they were made. */
const NOTICED_MS = 1_000;

// Not clock_now(), which tests move: only the clocks of the machines are compared.
const NOW = statement<{ ms: number }>(
  'database.now',
  'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
);

/** Keeps the clock of this process by that of PostgreSQL, which all processes share, however wrong the machine's own is. */
@Injectable()
export class DatabaseTime implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DatabaseTime.name);
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly config: DatabaseConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.config.lazy) return;
    await this.compare();
    this.timer = setInterval(() => void this.compare(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Corrects the clock of this process if it differs noticeably. What cannot be compared now is in a minute. */
  async compare(): Promise<void> {
    const asked = Date.now();
    const row = await this.database.first(NOW, []).catch(() => undefined);
    if (!row) return;
    const [least, most] = [row.ms - Date.now(), row.ms - asked];
    const known = clockCorrection();
    if (known > least - NOTICED_MS && known < most + NOTICED_MS) return;
    const correction = Math.abs(most) < NOTICED_MS || Math.abs(least) < NOTICED_MS ? 0 : Math.round((least + most) / 2);
    correctClock(correction);
    this.logger.warn(differenceInWords(correction));
  }
}

function differenceInWords(milliseconds: number): string {
  if (milliseconds === 0) return 'the clock of this machine agrees with that of PostgreSQL again';
  const difference = `${Math.round(Math.abs(milliseconds) / 1_000)} s ${milliseconds > 0 ? 'behind' : 'ahead of'}`;
  return `the clock of this machine is ${difference} that of PostgreSQL, which counts. Set it right.`;
}
