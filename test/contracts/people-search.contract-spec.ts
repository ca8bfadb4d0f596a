import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import { PeopleSearch } from '../../src/modules/people/people-search.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { ExplainingDatabase } from '../support/explaining-database.js';

const FEW = 10_000;
const MANY = 200_000;

/** Names, contacts and usernames of which many begin alike, as those of people do. */
const FILL = `
  INSERT INTO users (id, phone, email, username, first_name, last_name, search_name, search_name_reversed, role, status)
  SELECT format('%s-0000-7000-8000-%s', to_char(n, 'FM00000000'), lpad(n::text, 12, '0'))::uuid,
    '+79' || lpad(n::text, 9, '0'), 'person' || n || '@example.com', 'person_' || n, first, last,
    first || ' ' || last, last || ' ' || first,
    CASE WHEN n % 1000 = 0 AND n < ${FEW} THEN 'moderator' ELSE 'user' END,
    CASE WHEN n % 1000 = 1 AND n < ${FEW} THEN 'blocked' ELSE 'active' END
  FROM generate_series($1::int, $2::int) AS n,
    LATERAL (SELECT (ARRAY['анна', 'иван', 'пётр', 'ольга'])[n % 4 + 1] AS first, 'иванов' || n % 5000 AS last) AS names`;

const SEARCHES = {
  'by nothing': {},
  'by the beginning of a phone': { q: '+790000' },
  'by a whole phone': { q: '+79000001234' },
  'by the beginning of e-mail addresses and usernames': { q: 'person' },
  'by an e-mail address': { q: 'person1234@example.com' },
  'by a first name': { q: 'Анна' },
  'by a last name': { q: 'ИВАНОВ1' },
  'by a name that nobody has': { q: 'якубович' },
  'by a name among users who may come in': { q: 'анна', role: 'user', status: 'active' },
  'among moderators': { role: 'moderator' },
  'by name among moderators': { q: 'анна', role: 'moderator' },
  'among the blocked': { status: 'blocked' },
  'by name among the blocked': { q: 'иван', status: 'blocked' },
} as const;

describe('What finding people costs PostgreSQL', () => {
  let database: ExplainingDatabase;
  let search: PeopleSearch;
  const few = new Map<string, number>();
  const many = new Map<string, number>();

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    search = new PeopleSearch(
      database as unknown as Database,
      { provider: 'console', regions: ['RU'], timeoutMs: 1_000, consoleDelayMs: [0, 0] },
      new RootKey(newId()),
    );
    await measure(new Map());
    await database.sql(FILL, [0, FEW - 1]);
    await database.sql('VACUUM ANALYZE users');
    await measure(few);
    await database.sql(FILL, [FEW, MANY - 1]);
    await database.sql('VACUUM users');
    await measure(many);
  }, 60_000);

  afterAll(() => database.close());

  /** The first page and the one after it, of every search. */
  async function measure(costs: Map<string, number>): Promise<void> {
    for (const [name, query] of Object.entries(SEARCHES)) {
      const { nextCursor } = await search.page({ ...query, limit: 20 });
      await search.page({ ...query, limit: 20, cursor: nextCursor ?? undefined });
      costs.set(name, database.lastBuffers(2));
    }
  }

  it('reads people by index only', () => {
    expect(database.waysTo('users')).toEqual(['Index Scan']);
  });

  it.each(Object.keys(SEARCHES))(`reads for ${MANY} people at most twice what it reads for ${FEW}: %s`, (name) => {
    expect(many.get(name)).toBeLessThanOrEqual(2 * (few.get(name) ?? 0));
  });
});
