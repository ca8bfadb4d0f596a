import { startTestApp, type TestApp } from '../support/app.js';
import { type User, World } from '../support/world.js';

const ROUNDS = 12;

describe('The last administrator', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  /** Each test has these administrators and no others. */
  async function onlyAdmins(count: number): Promise<User[]> {
    await app.sql(`UPDATE users SET role = 'user' WHERE role = 'admin'`);
    return Promise.all(Array.from({ length: count }, () => world.anAdmin()));
  }

  async function adminsLeft(): Promise<number> {
    const [row] = await app.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM users WHERE role = 'admin' AND status = 'active'`,
    );
    return row?.count ?? 0;
  }

  const ACTS: [string, (by: User, to: User) => Promise<{ status: number }>][] = [
    ['demote', (by, to) => by.api.changePerson(to.id, { role: 'moderator' })],
    ['block', (by, to) => by.api.changePerson(to.id, { status: 'blocked' })],
    ['delete', (by, to) => by.api.deletePerson(to.id)],
  ];

  it.each(ACTS)('cannot %s themself', async (_, act) => {
    const [admin] = (await onlyAdmins(1)) as [User];
    expect(await act(admin, admin)).toMatchObject({ status: 409, body: { code: 'users.last_admin' } });
    expect(await admin.api.auditLog()).toMatchObject({ status: 200 });
    const acts = await app.sql('SELECT 1 FROM audit_entries WHERE subject_id = $1 AND action NOT LIKE $2', [
      admin.id,
      'auth.%',
    ]);
    expect(acts).toEqual([]);
    expect(await app.sql('SELECT 1 FROM messages WHERE subject_id = $1', [admin.id])).toEqual([]);
  });

  it.each(ACTS)('can %s themself once there is another who is not blocked', async (_, act) => {
    const [admin, other] = (await onlyAdmins(2)) as [User, User];
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [other.id]);
    expect(await act(admin, admin)).toMatchObject({ status: 409 });
    await app.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [other.id]);
    expect((await act(admin, admin)).status).toBeLessThan(300);
    expect(await admin.api.auditLog()).not.toMatchObject({ status: 200 });
  });

  it.each(ACTS)('stays when two %s each other, or themselves, at once', async (_, act) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, other] = (await onlyAdmins(2)) as [User, User];
      const pairs =
        round % 2 === 0
          ? [
              [one, other],
              [other, one],
            ]
          : [
              [one, one],
              [other, other],
            ];
      const answers = await Promise.all(pairs.map(([by, to]) => act(by as User, to as User)));
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(await adminsLeft()).toBe(1);
    }
  });

  it('stays when many do everything to each other at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const admins = await onlyAdmins(6);
      const acts = admins.flatMap((by, n) =>
        ACTS.map(([, act], which) => act(by, admins[(n + which) % admins.length] as User)),
      );
      const answers = await Promise.all(acts);
      expect(answers.every(({ status }) => [200, 204, 401, 403, 404, 409].includes(status))).toBe(true);
      expect(await adminsLeft()).toBeGreaterThanOrEqual(1);
    }
  });
});
