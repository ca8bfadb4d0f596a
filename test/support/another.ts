import { Client } from 'pg';

/** Somebody else, who has asked for something in a transaction that stays open until it is committed. */
export async function another(url: string, sql: string): Promise<{ commit(): Promise<void> }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  return {
    commit: async () => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}
