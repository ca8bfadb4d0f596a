import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import type { Passable, Walked } from './retention.js';

// A rest that lasts longer than it may was begun by a clock that was ahead.
const FIND = statement<{ position: string; rests: boolean }>(
  'walks.find',
  `SELECT position, rests_until > clock_now() AND rests_until <= clock_now() + make_interval(secs => $2) AS rests
   FROM retention_walks WHERE name = $1`,
);

const KEEP = statement(
  'walks.keep',
  `INSERT INTO retention_walks AS walk (name, position, rests_until)
   VALUES ($1, $2, clock_now() + make_interval(secs => $3))
   ON CONFLICT (name) DO UPDATE SET position = excluded.position, rests_until = excluded.rests_until`,
);

/** SQL: how far a walk has come; empty while it has not begun. */
export const positionOf = (name: string): string =>
  `coalesce((SELECT position FROM retention_walks WHERE name = '${name}'), '')`;

/** How far each walk has come, for all processes together: whoever goes on begins where the last one stopped. */
@Injectable()
export class Walks {
  constructor(private readonly database: Database) {}

  /** Goes some rows further, in the caller's transaction; nowhere while the walk rests. */
  async goOn(
    { name, statement: pass, values, restSeconds }: Passable,
    rows: number,
  ): Promise<Omit<Walked, 'position'>> {
    const found = await this.database.first(FIND, [name, restSeconds]);
    const walked = found?.rests ? undefined : await this.database.first(pass, [rows, found?.position ?? '', ...values]);
    if (!walked) return { forgotten: 0, more: false };
    await this.database.run(KEEP, [name, walked.position, walked.more ? 0 : restSeconds]);
    return walked;
  }
}
