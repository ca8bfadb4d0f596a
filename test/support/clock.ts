import type { Pool } from 'pg';
import { Clock } from '../../src/common/clock.js';

/** Moves time forward for the database and the process alike; it runs on from there. */
export class TestClock extends Clock {
  private offsetMs = 0;

  /** @param admin connections of the test's own */
  constructor(private readonly admin: Pool) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** @param interval as PostgreSQL writes it: `61 s`, `15 min 1 s` */
  async advance(interval: string): Promise<void> {
    const { rows } = await this.admin.query<{ ms: number }>(
      'SELECT extract(epoch FROM $1::interval)::float8 * 1000 AS ms',
      [interval],
    );
    this.offsetMs += rows[0]?.ms ?? 0;
    // Plans that inlined the function are made anew: PostgreSQL keeps track of what they depend on.
    await this.admin.query(
      `CREATE OR REPLACE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
       AS $$SELECT now() + interval '${this.offsetMs} milliseconds'$$`,
    );
  }
}
