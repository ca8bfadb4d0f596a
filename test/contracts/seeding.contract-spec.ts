import { Client } from 'pg';
import { searchNames } from '../../src/modules/users/users.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

interface Plan {
  readonly count: number;
  readonly seed: string;
  readonly until: number;
  readonly append: boolean;
}
type Fill = (client: Client, plan: Plan, tools: { searchNames: typeof searchNames; log: () => void }) => Promise<void>;

/** The script without what starts it: that reads the build, and tests need none. */
const FILL = '../../bench/seed/fill.mjs';
/** Named by bench/README.md. */
const FIRST = '+79000000000';
const TABLES = ['users', 'referral_links', 'inviters', 'referrals', 'sessions'];
const PEOPLE: Plan = { count: 2_000, seed: '1', until: Date.parse('2026-01-31'), append: false };
const LATER: Plan = { ...PEOPLE, count: 500, append: true };

/** Each finds what must not be. */
const OFFENDERS = {
  'an inviter who came later than the invitee': `
    FROM referrals JOIN users AS inviter ON inviter.id = inviter_id JOIN users AS invitee ON invitee.id = invitee_id
    WHERE inviter.created_at > invitee.created_at`,
  'a person who cannot be reached from somebody without an inviter, as in a cycle': `
    FROM users WHERE id NOT IN (
      WITH RECURSIVE reached AS (
        SELECT id FROM users WHERE NOT EXISTS (SELECT FROM referrals WHERE invitee_id = id)
        UNION ALL
        SELECT invitee_id FROM referrals JOIN reached ON inviter_id = reached.id)
      SELECT id FROM reached)`,
  'an edge that was activated before the invitee came, or later than the last day': `
    FROM referrals JOIN users ON id = invitee_id WHERE activated_at < created_at OR activated_at > '2026-01-31Z'`,
  'an edge that is not numbered by the order of activation, or a gap': `
    FROM (SELECT ordinal, row_number() OVER (PARTITION BY inviter_id ORDER BY activated_at, ordinal) AS place FROM referrals)
    WHERE ordinal <> place`,
  'an inviter whose invitees are not counted right': `
    FROM inviters FULL JOIN (SELECT inviter_id, count(*) FROM referrals GROUP BY inviter_id) ON inviter_id = user_id
    WHERE invitees IS DISTINCT FROM count`,
  'a code that is not the active one of the inviter': `
    FROM referrals LEFT JOIN referral_links AS link ON link.code = referrals.code AND user_id = inviter_id AND retired_at IS NULL
    WHERE link.code IS NULL`,
  'a network that is not a hash of 16 bytes': 'FROM referrals WHERE length(network) <> 16',
  'an edge between people of two runs': `
    FROM referrals JOIN users AS inviter ON inviter.id = inviter_id JOIN users AS invitee ON invitee.id = invitee_id
    WHERE inviter.xmin <> invitee.xmin`,
};

describe('Seeding a database with people', () => {
  const opened: { database: TestDatabase; client: Client }[] = [];
  let fill: Fill;
  let seeded: Client;

  beforeAll(async () => {
    ({ fill } = (await import(FILL)) as { fill: Fill });
    seeded = await filled(PEOPLE, LATER);
  });

  afterAll(async () => {
    for (const { database, client } of opened) {
      await client.end();
      await database.drop();
    }
  });

  async function filled(...plans: Plan[]) {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    opened.push({ database, client });
    await client.connect();
    for (const plan of plans) await fill(client, plan, { searchNames, log: () => undefined });
    return client;
  }

  async function number(sql: string, client = seeded) {
    const { rows } = await client.query<{ number: number }>(`SELECT (${sql})::float AS number`);
    return rows[0]?.number ?? NaN;
  }

  it('leaves nobody without an invite code', async () => {
    expect(await number('SELECT count(*) FROM users')).toBe(2_500);
    expect(await number('SELECT count(DISTINCT user_id) FROM referral_links WHERE retired_at IS NULL')).toBe(2_500);
  });

  it('gives nearly everybody an inviter', async () => {
    const edges = await number('SELECT count(*) FROM referrals');
    expect(edges).toBeGreaterThan(2_500 * 0.92);
    expect(edges).toBeLessThan(2_500 * 0.98);
  });

  it.each(Object.entries(OFFENDERS))('never makes %s', async (_, offenders) => {
    expect(await number(`SELECT count(*) ${offenders}`)).toBe(0);
  });

  it('lets the first of each run invite one of ten, and nobody else as many', async () => {
    const { rows } = await seeded.query<{ phone: string; invitees: number }>(
      'SELECT phone, invitees FROM inviters JOIN users ON id = user_id ORDER BY invitees DESC',
    );
    const [first] = (await seeded.query<{ phone: string }>('SELECT phone FROM users ORDER BY created_at LIMIT 1')).rows;
    expect(first?.phone).toBe(FIRST);
    expect(rows[0]).toEqual({ phone: FIRST, invitees: 200 });
    expect(rows.filter(({ invitees }) => invitees >= 200)).toHaveLength(1);
    expect(rows.filter(({ invitees }) => invitees === 50).length).toBeGreaterThanOrEqual(1);
  });

  it('lets most people invite nobody to three others, and a few dozens', async () => {
    expect(await number('SELECT count(*) FROM inviters WHERE invitees > 3')).toBeLessThan(2_500 * 0.1);
    expect(await number('SELECT count(*) FROM inviters WHERE invitees BETWEEN 20 AND 199')).toBeGreaterThan(2);
  });

  it('makes again each index and constraint that it does without', async () => {
    const empty = await filled();
    expect(await definitions(seeded)).toEqual(await definitions(empty));
  });

  async function definitions(client: Client) {
    const { rows } = await client.query<{ definition: string }>(
      `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = ANY ($1::regclass[])
       UNION ALL
       SELECT format('%s %s %s %s', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
       FROM pg_constraint WHERE conrelid = ANY ($1::regclass[])
       ORDER BY 1`,
      [TABLES],
    );
    return rows.map(({ definition }) => definition);
  }

  it('makes the same rows of the same seed', async () => {
    const again = await filled(PEOPLE, LATER);
    const other = await filled({ ...PEOPLE, seed: '2' }, { ...LATER, seed: '2' });
    for (const table of TABLES) {
      const digest = `SELECT hashtext(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} AS t`;
      expect(await number(digest, again)).toBe(await number(digest));
      expect(await number(digest, other)).not.toBe(await number(digest));
    }
  }, 60_000);

  it('adds to people only when told to', async () => {
    await expect(filled(PEOPLE, PEOPLE)).rejects.toThrow('There are 2000 people in this database.');
  });
});
