import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

const ROUNDS = 8;

describe('A person who is deleted from two sides at once', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '12' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('is deleted, and nobody waits for somebody who waits for them', async () => {
    const admin = await world.anAdmin();
    for (let round = 0; round < ROUNDS; round += 1) {
      const people = await Promise.all([1, 2, 3, 4].map(() => world.aUser()));
      const answers = await Promise.all(
        people.flatMap(({ id, api }) => [admin.api.deletePerson(id), admin.api.endSessionsOf(id), api.deleteAccount()]),
      );
      for (const { status } of answers) expect([204, 401, 404]).toContain(status);
    }
    const [left] = await app.sql(`SELECT count(*)::int AS people FROM users WHERE status = 'active' AND role = 'user'`);
    expect(left).toEqual({ people: 0 });
    const [database] = await app.sql('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()');
    expect(database).toEqual({ deadlocks: 0 });
  });
});
