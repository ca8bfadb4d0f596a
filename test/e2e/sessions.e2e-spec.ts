import { startTestApp, type TestApp } from '../support/app.js';
import { decodeJwt } from '../support/jwt.js';
import { type User, World } from '../support/world.js';

describe('The sessions of a person', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('live side by side, one for each sign-in', async () => {
    const first = await world.aUser();
    await app.advance('21 s');
    const second = await world.aUser({ phone: first.phone });
    expect(decodeJwt(first.tokens.accessToken).claims.sid).not.toBe(decodeJwt(second.tokens.accessToken).claims.sid);
    expect(await first.api.me()).toMatchObject({ status: 200, body: { id: first.id } });
    expect(await second.api.me()).toMatchObject({ status: 200, body: { id: first.id } });
  });

  it('are twenty at most: the next sign-in ends the oldest', async () => {
    const bystander = await world.aUser();
    const users: User[] = [await world.aUser()];
    while (users.length < 20) {
      await app.advance('21 s');
      users.push(await world.aUser({ phone: users[0]?.phone }));
    }
    expect(await users[0]?.api.me()).toMatchObject({ status: 200 });
    await app.advance('21 s');
    users.push(await world.aUser({ phone: users[0]?.phone }));
    const answers = await Promise.all(users.map(({ api }) => api.me()));
    expect(answers.map(({ status }) => status)).toEqual([401, ...Array<number>(20).fill(200)]);
    expect(await bystander.api.me()).toMatchObject({ status: 200 });
  });

  it('remember where they were opened only roughly', async () => {
    await world.aUser({ address: '198.51.100.77' });
    const rows = JSON.stringify(await app.sql('SELECT sessions::text FROM sessions'));
    expect(rows).toContain('198.51.100.*');
    expect(rows).not.toContain('198.51.100.77');
  });
});

describe('A blocked person', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('hears so after the right code only, and is not signed in', async () => {
    const user = await world.aUser();
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    await app.advance('21 s');
    expect(await user.requestCode()).toMatchObject({ status: 202 });
    expect(await user.guessWrong()).toMatchObject({ status: 401, body: { code: 'otp.code_wrong' } });
    expect(await user.verify(await user.readCode())).toMatchObject({ status: 403, body: { code: 'auth.blocked' } });
    expect(await app.sql('SELECT FROM sessions WHERE user_id = $1', [user.id])).toHaveLength(1);
  });

  it('comes in again once unblocked, as the same person', async () => {
    const user = await world.aUser();
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    expect(await user.api.me()).toMatchObject({ status: 401 });
    await app.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [user.id]);
    await app.advance('21 s');
    expect((await world.aUser({ phone: user.phone })).id).toBe(user.id);
  });
});
