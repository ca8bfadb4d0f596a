import { type Statement, statement } from '../database/statement.js';
import type { Walked } from './retention.js';

interface OldRows {
  /** SQL: which rows are old; its parameters begin with `$2`. */
  readonly old: string;
  /** SQL: the columns of the index that finds them. */
  readonly order: string;
}

/**
 * Deletes old rows that an index finds, at most `$1`. What somebody else has in hand is passed over: nobody waits for the other, and
 * it is there the next time.
 */
export const forgetting = (table: string, { old, order }: OldRows): Statement<{ forgotten: number }> =>
  statement(
    `forget.${table}`,
    `WITH forgotten AS (
       DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${table} WHERE ${old} ORDER BY ${order} LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING 1)
     SELECT count(*)::int AS forgotten FROM forgotten`,
  );

interface Path {
  readonly table: string;
  /** The columns of the primary key, none of which holds a space as text, and the least text of each. */
  readonly key: readonly string[];
  readonly least: string;
  readonly type: 'bytea' | 'uuid';
  /** SQL: which rows are old; its parameters begin with `$3`. */
  readonly old: string;
  /** SQL: `DELETE FROM …` or `UPDATE … SET …` without its condition; deletes when left out. */
  readonly forget?: string;
}

/**
 * Passes at most `$1` rows in the order of the primary key, after the position `$2`, and forgets those that are old: for ages without
 * an index, because one would make every request that renews a row pay. Whether a row is old is seen again when it is locked.
 */
export function walking(name: string, { table, key, least, type, old, forget }: Path): Statement<Walked> {
  const columns = key.join(', ');
  const after = key.map((_, index) => `coalesce(nullif(split_part($2, ' ', ${index + 1}), ''), '${least}')::${type}`);
  return statement(
    `forget.${name}`,
    `WITH passed AS MATERIALIZED (
       SELECT ${columns}, ${old} AS is_old FROM ${table} WHERE (${columns}) > (${after.join(', ')}) ORDER BY ${columns} LIMIT $1),
     forgotten AS (
       ${forget ?? `DELETE FROM ${table}`} WHERE ctid = ANY (ARRAY(
         SELECT held.ctid FROM passed JOIN ${table} AS held USING (${columns}) WHERE is_old AND ${old}
         FOR UPDATE OF held SKIP LOCKED))
       RETURNING 1),
     step AS (SELECT count(*) = $1 AS more FROM passed)
     SELECT (SELECT count(*)::int FROM forgotten) AS forgotten, more,
       CASE WHEN more THEN (SELECT concat_ws(' ', ${columns}) FROM passed ORDER BY ${key.map((column) => `${column} DESC`).join(', ')} LIMIT 1)
         ELSE '' END AS position
     FROM step`,
  );
}
