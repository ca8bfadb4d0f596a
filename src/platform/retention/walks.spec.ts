import { another } from '../../../test/support/another.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { Metrics } from '../observability/metrics.js';
import { walking } from './forgetting.js';
import { type Passable, Retention } from './retention.js';
import { ROWS_AT_ONCE, Sweeper } from './sweeper.js';
import { Walks } from './walks.js';

const REST_SECONDS = 3_600;
let world: StoredWorld;

beforeAll(async () => {
  world = await startStoredWorld();
  await world.sql(
    'CREATE TABLE pebbles (beach bytea, number bytea, washed_at timestamptz, PRIMARY KEY (beach, number))',
  );
});

beforeEach(() => world.sql('TRUNCATE pebbles, retention_walks'));

afterAll(() => world.close());

const PEBBLES: Passable = {
  name: 'pebbles',
  statement: walking('pebbles', {
    table: 'pebbles',
    key: ['beach', 'number'],
    least: String.raw`\x`,
    type: 'bytea',
    old: 'washed_at < clock_now() - make_interval(hours => $3::int)',
  }),
  values: [48],
  restSeconds: REST_SECONDS,
};

/** A process that walks. */
function sweep() {
  const retention = new Retention();
  retention.register(PEBBLES);
  return new Sweeper(world.database, retention, new Walks(world.database), new Metrics()).sweep();
}

/** Every second one is old. */
const scatter = (count: number) =>
  world.sql(
    `INSERT INTO pebbles SELECT int4send(n / 1000), int4send(n), clock_now() - n % 2 * interval '50 hours'
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
const left = async () => (await world.sql(`SELECT FROM pebbles`)).length;
const ages = () => world.sql(`SELECT DISTINCT washed_at < clock_now() - interval '48 hours' AS old FROM pebbles`);

describe('A walk', () => {
  it('passes every row, some at a time, and forgets those that are old', async () => {
    await scatter(2 * ROWS_AT_ONCE + 300);
    await sweep();
    expect(await left()).toBe(ROWS_AT_ONCE + 150);
    expect(await ages()).toEqual([{ old: false }]);
  });

  it('goes on, in whichever process, where the last one stopped', async () => {
    await scatter(1_500);
    const goOn = () => world.database.transaction(() => new Walks(world.database).goOn(PEBBLES, 1_000));
    expect(await goOn()).toMatchObject({ forgotten: 500, more: true });
    expect(await goOn()).toMatchObject({ forgotten: 250, more: false });
  });

  it('rests at its end, and begins anew after that', async () => {
    await sweep();
    await scatter(10);
    await world.clock.advance('59 min 50 s');
    await sweep();
    expect(await left()).toBe(10);
    await world.clock.advance('10 s');
    await sweep();
    expect(await left()).toBe(5);
  });

  it('does not rest longer because a clock was ahead', async () => {
    await sweep();
    await world.sql(`UPDATE retention_walks SET rests_until = clock_now() + interval '1 year'`);
    await scatter(10);
    await sweep();
    expect(await left()).toBe(5);
  });

  it('leaves what is renewed while it passes', async () => {
    await scatter(2);
    const renewing = await another(world.url, 'UPDATE pebbles SET washed_at = clock_now()');
    await sweep();
    await renewing.commit();
    await world.clock.advance('1 hour');
    await sweep();
    expect(await left()).toBe(2);
  });
});
