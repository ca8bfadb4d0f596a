import pg from 'pg';

const WEIGHT = `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;

/** Has what was written put on the disk now, and not while something is measured; answers how many bytes the tables are with their indexes. */
export async function settled(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CHECKPOINT');
    return (await client.query(WEIGHT)).rows[0].bytes;
  } finally {
    await client.end();
  }
}
