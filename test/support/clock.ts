import type { Pool } from 'pg';
import { Clock } from '../../src/common/clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Moves time forward for the database and the process alike; it runs on from there, unless it was stopped. */
export class TestClock extends Clock {
  private offsetMs = 0;
  private stoppedAtMs?: number;

  /** @param admin connections of the test's own */
  constructor(private readonly admin: Pool) {
    super();
  }

  now(): Date {
    return new Date((this.stoppedAtMs ?? Date.now()) + this.offsetMs);
  }

  /** @param interval as PostgreSQL writes it: `61 s`, `15 min 1 s` */
  async advance(interval: string): Promise<void> {
    const { rows } = await this.admin.query<{ ms: number }>(
      'SELECT extract(epoch FROM $1::interval)::float8 * 1000 AS ms',
      [interval],
    );
    this.offsetMs += rows[0]?.ms ?? 0;
    await this.tell();
  }

  /** From here on only {@link advance} moves time: for rules that look at seconds. */
  async stop(): Promise<void> {
    this.stoppedAtMs = Date.now();
    await this.tell();
  }

  /** Where an hour (UTC) begins, the next minutes do not end one: for what is counted by the hour. */
  async goToNextHour(): Promise<void> {
    await this.advance(`${HOUR_MS - (this.now().getTime() % HOUR_MS)} ms`);
  }

  /** Noon (UTC) is far from where days begin and end: for what is told by the day. */
  async goToNextNoon(): Promise<void> {
    await this.advance(`${1.5 * DAY_MS - (this.now().getTime() % DAY_MS)} ms`);
  }

  private async tell(): Promise<void> {
    const from = this.stoppedAtMs === undefined ? 'now()' : `timestamptz '${new Date(this.stoppedAtMs).toISOString()}'`;
    // Plans that inlined the function are made anew: PostgreSQL keeps track of what they depend on.
    await this.admin.query(
      `CREATE OR REPLACE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
       AS $$SELECT ${from} + interval '${this.offsetMs} milliseconds'$$`,
    );
  }
}
