import type { Pool } from 'pg';
import type { TestApp } from './app.js';
import type { TestClock } from './clock.js';
import { eventually } from './eventually.js';

type Reached = Pick<TestApp, 'sql' | 'delivered' | 'advance'>;

/** What tests do to a running application past its API: by its database. @param hasCourier whether it carries messages by itself */
export function reachedBy(admin: Pool, clock: TestClock, hasCourier: boolean): Reached {
  const sql = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await admin.query(text, [...values])).rows as Row[];
  const delivered = () => (hasCourier ? outboxIsEmpty(sql) : Promise.resolve());
  return {
    sql,
    delivered,
    advance: async (interval) => {
      await delivered();
      await clock.advance(interval);
    },
  };
}

async function outboxIsEmpty(sql: Reached['sql']): Promise<void> {
  await eventually(async () => {
    const [outbox] = await sql<{ due: number }>('SELECT count(*)::int AS due FROM outbox WHERE due_at <= clock_now()');
    expect(outbox).toEqual({ due: 0 });
  });
}
