import { startTestApp, type TestApp } from '../support/app.js';
import { refusal } from '../support/api.js';
import { decodeJwt } from '../support/jwt.js';
import { bearer, type User, World } from '../support/world.js';

describe('Refreshing a sign-in', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const refresh = (user: User, token = user.tokens.refreshToken) => user.api.refresh(token);
  const sessionOf = (user: User) => String(decodeJwt(user.tokens.accessToken).claims.sid);
  const liveSessions = (user: User) =>
    app.sql('SELECT FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [user.id]);
  const invalid = { status: 401, body: { code: 'sessions.refresh_token_invalid' } };
  const reused = { status: 401, body: { code: 'sessions.refresh_token_reused' } };

  it('gives new tokens of the same session, and says nothing of the person', async () => {
    const user = await world.aUser();
    const { status, body, headers } = await refresh(user);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([
      'accessToken',
      'expiresIn',
      'refreshExpiresIn',
      'refreshToken',
      'tokenType',
    ]);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, refreshExpiresIn: 30 * 24 * 3_600 });
    expect(decodeJwt(body.accessToken).claims).toMatchObject({ sub: user.id, sid: sessionOf(user), role: 'user' });
    expect(body.refreshToken).not.toBe(user.tokens.refreshToken);
    const api = world.aVisitor().api.with(bearer(body.accessToken));
    expect(await api.me()).toMatchObject({ status: 200, body: { id: user.id } });
    expect(await user.api.me()).toMatchObject({ status: 200 });
  });

  it('needs no access token', async () => {
    const user = await world.aUser();
    await app.advance('2 h');
    expect(await world.aVisitor().api.refresh(user.tokens.refreshToken)).toMatchObject({ status: 200 });
  });

  it('gives the role that the person has by now', async () => {
    const user = await world.aUser();
    await app.sql(`UPDATE users SET role = 'moderator' WHERE id = $1`, [user.id]);
    expect(decodeJwt((await refresh(user)).body.accessToken).claims.role).toBe('moderator');
  });

  it('a hundred times at once gives everybody the same successor, which works, and leaves one session', async () => {
    const user = await world.aUser();
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(user)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    expect(await liveSessions(user)).toHaveLength(1);
    const [successor = ''] = successors;
    const next = await refresh(user, successor);
    expect(next.status).toBe(200);
    expect(successors).not.toContain(next.body.refreshToken);
  });

  it('after an answer was lost gives the same successor, for thirty seconds', async () => {
    const user = await world.aUser();
    const lost = await refresh(user);
    await app.advance('25 s');
    const again = await refresh(user);
    expect(again).toMatchObject({ status: 200, body: { refreshToken: lost.body.refreshToken } });
    expect(await refresh(user, again.body.refreshToken)).toMatchObject({ status: 200 });
  });

  it('with the token before, later than that, ends the session and no other of the person', async () => {
    const user = await world.aUser();
    await app.advance('21 s');
    const elsewhere = await world.aUser({ phone: user.phone });
    const { accessToken, refreshToken } = (await refresh(user)).body;
    await app.advance('31 s');
    expect(await refresh(user)).toMatchObject(reused);
    expect(await refresh(user, refreshToken)).toMatchObject(invalid);
    expect(await refresh(user)).toMatchObject(invalid);
    expect(await world.aVisitor().api.with(bearer(accessToken)).me()).toMatchObject({ status: 401 });
    expect(await elsewhere.api.me()).toMatchObject({ status: 200 });
    expect(await refresh(elsewhere)).toMatchObject({ status: 200 });
  });

  it('with a token two generations old ends the session at once, and that is written down', async () => {
    const user = await world.aUser({ address: '198.51.100.77' });
    await refresh(user, (await refresh(user)).body.refreshToken);
    expect(await refresh(user)).toMatchObject(reused);
    const entries = await app.sql(
      `SELECT action, masked_address, actor_id FROM audit_entries
       WHERE subject_id = $1 AND action = 'sessions.refresh_token_reused'`,
      [user.id],
    );
    expect(entries).toEqual([
      { action: 'sessions.refresh_token_reused', masked_address: '198.51.100.*', actor_id: null },
    ]);
  });

  it('an old token and the newest at the same time never leaves a session to whoever was late', async () => {
    const user = await world.aUser();
    const third = await refresh(user, (await refresh(user)).body.refreshToken);
    const [old, newest] = await Promise.all([refresh(user), refresh(user, third.body.refreshToken)]);
    expect(old).toMatchObject(reused);
    expect([200, 401]).toContain(newest.status);
    expect(await liveSessions(user)).toEqual([]);
    const successor = newest.status === 200 ? newest.body.refreshToken : third.body.refreshToken;
    expect(await refresh(user, successor)).toMatchObject(invalid);
  });

  it('goes on for ninety days, when it is used every thirty, and no longer', async () => {
    const user = await world.aUser();
    let token = user.tokens.refreshToken;
    for (const left of [30, 30, 3]) {
      await app.advance('29 days');
      const { body } = await refresh(user, token);
      expect(body.refreshExpiresIn / (24 * 3_600)).toBeCloseTo(left, 1);
      token = body.refreshToken;
    }
    await app.advance('3 days');
    expect(await refresh(user, token)).toMatchObject(invalid);
  });

  it('is over after thirty days without use', async () => {
    const user = await world.aUser();
    await app.advance('30 days');
    expect(await refresh(user)).toMatchObject(invalid);
  });

  it('does not renew the time of the sign-in', async () => {
    const user = await world.aUser();
    await app.advance('11 min');
    const [before] = await app.sql('SELECT authenticated_at AS at FROM sessions WHERE id = $1', [sessionOf(user)]);
    await refresh(user);
    const after = await app.sql('SELECT authenticated_at AS at FROM sessions WHERE id = $1', [sessionOf(user)]);
    expect(after).toEqual([before]);
  });

  it.each(['blocked', 'deleted'])('is refused to a person who was %s', async (status) => {
    const user = await world.aUser();
    await app.sql('UPDATE users SET status = $2 WHERE id = $1', [user.id, status]);
    expect(await refresh(user)).toMatchObject(invalid);
  });

  it('is refused to what is no token of ours, always in the same words', async () => {
    const user = await world.aUser();
    const [id = '', counter, seal = ''] = user.tokens.refreshToken.split('.');
    const wrong = [
      '',
      '   ',
      'x',
      user.tokens.accessToken,
      `${id}.${counter}`,
      `${id}.${counter}.${seal.slice(0, -1)}`,
      `${id}.7.${seal}`,
      `${id}.-1.${seal}`,
      `${id}.99999999999999999999.${seal}`,
      `01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a.${counter}.${seal}`,
      `${id}.${counter}.${'A'.repeat(43)}`,
      'x'.repeat(50_000),
    ];
    const answers = await Promise.all(wrong.map((token) => refresh(user, token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(answers.map((answer) => JSON.stringify([refusal(answer).code, refusal(answer).title]))).size).toBe(
      1,
    );
    expect(await refresh(user)).toMatchObject({ status: 200 });
  });

  it('is refused to a token of another installation', async () => {
    const other = await startTestApp({ APP_SECRET: 'f7Xq2Lw9Zk4Xs1Rt6Np3Mc8Yb5Hd0Jf7Gu2' });
    const user = await world.aUser();
    const stranger = await new World(other).aUser();
    expect(await refresh(user, stranger.tokens.refreshToken)).toMatchObject(invalid);
    await other.close();
  });

  it.each([{}, { refreshToken: null }, { refreshToken: 7 }, { refreshToken: ['x'] }])(
    'asks for a token where %j has none',
    async (body) => {
      const answer = await world.aVisitor().api.post('/api/v1/auth/token/refresh', body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'refreshToken' }] } });
    },
  );

  it('leaves no token in the log', async () => {
    const user = await world.aUser();
    const { body } = await refresh(user);
    await user.api.logout(body.refreshToken);
    const log = app.lines.join('\n');
    for (const token of [user.tokens.refreshToken, body.refreshToken, body.accessToken]) {
      expect(log).not.toContain(token.split('.')[2]);
    }
  });
});
