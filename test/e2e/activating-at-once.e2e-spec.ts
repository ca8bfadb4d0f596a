import { Client } from 'pg';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { withoutQueues } from '../support/patience.js';
import { type User, World } from '../support/world.js';

const ROUNDS = Array.from({ length: 5 }, (_, round) => round);

describe('Activating invite codes at once', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '10' });
    world = new World(app);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.close());

  const people = (count: number): Promise<User[]> => Promise.all(Array.from({ length: count }, () => world.aUser()));

  /** Each of them activates the code of the next, the last one that of the first. */
  async function aRing(ring: readonly User[]): Promise<number[]> {
    const next = [...ring.slice(1), ...ring.slice(0, 1)];
    const answers = await Promise.all(ring.map(({ api }, index) => api.activate(next[index]?.inviteCode ?? '')));
    return answers.map(({ status }) => status).sort();
  }

  /** Who stands above themself, by however many others. */
  const inCircles = () =>
    app.sql(
      `WITH RECURSIVE above (id, inviter_id) AS (
         SELECT invitee_id, inviter_id FROM referrals
         UNION SELECT above.id, referrals.inviter_id FROM above JOIN referrals ON invitee_id = above.inviter_id)
       SELECT id FROM above WHERE id = inviter_id`,
    );

  const expectWaiting = async (requests: number) => {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(await app.sql(waiting)).toHaveLength(requests);
  };

  it.each(ROUNDS)('two codes by one person is one of them (round %i)', async () => {
    const [user, ...inviters] = await people(3);
    const answers = await Promise.all(inviters.map(async ({ inviteCode }) => user?.api.activate(inviteCode)));
    expect(answers.map((answer) => answer?.status).sort()).toEqual([200, 409]);
    const totals = await Promise.all(inviters.map(async ({ api }) => (await api.me()).body.invitees.total));
    expect(totals.sort()).toEqual([0, 1]);
  });

  it.each(ROUNDS)('one code forty times by one person counts once (round %i)', async () => {
    withoutQueues();
    const [user, inviter] = await people(2);
    const code = inviter?.inviteCode ?? '';
    const answers = await Promise.all(Array.from({ length: 40 }, async () => user?.api.activate(code)));
    expect(new Set(answers.map((answer) => JSON.stringify([answer?.status, answer?.body]))).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect((await inviter?.api.me())?.body.invitees).toMatchObject({ total: 1, nextCursor: null });
  });

  it.each(ROUNDS)('each other’s codes by two people is one of them (round %i)', async () => {
    expect(await aRing(await people(2))).toEqual([200, 409]);
    expect(await inCircles()).toEqual([]);
  });

  it.each(ROUNDS)('codes around a ring of five closes no circle (round %i)', async () => {
    expect(await aRing(await people(5))).toEqual([200, 200, 200, 200, 409]);
    expect(await inCircles()).toEqual([]);
  });

  it('with the deletion of the account activates nothing for somebody who is gone', async () => {
    const [user, inviter] = await people(2);
    const deletion = new Client({ connectionString: app.database.url });
    await deletion.connect();
    await deletion.query('BEGIN');
    await deletion.query(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = $1`, [user?.id]);
    const activating = user?.api.activate(inviter?.inviteCode ?? '');
    await eventually(() => expectWaiting(1));
    await deletion.query('COMMIT');
    await deletion.end();
    const refused = await activating;
    expect(refused && refusal(refused)).toMatchObject({ status: 404, code: 'users.not_found' });
    expect(await app.sql('SELECT FROM referrals WHERE invitee_id = $1', [user?.id])).toEqual([]);
  });

  it('is asked to be done later by whoever would wait for others longer than two seconds', async () => {
    const [inviter, late, ...first] = await people(5);
    const holder = new Client({ connectionString: app.database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM users WHERE id = ANY ($1) FOR UPDATE', [first.map(({ id }) => id)]);
    const activate = async (user?: User) => user?.api.activate(inviter?.inviteCode ?? '');
    const slow = first.map(activate);
    await eventually(() => expectWaiting(3));
    const refused = await activate(late);
    expect(refused).toMatchObject({ status: 503, body: { code: 'referrals.busy', retryAfter: 2 } });
    await holder.query('COMMIT');
    await holder.end();
    expect(await Promise.all(slow)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(await activate(late)).toMatchObject({ status: 200 });
  });
});
