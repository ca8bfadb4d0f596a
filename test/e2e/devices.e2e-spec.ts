import { startTestApp, type TestApp } from '../support/app.js';
import { decodeJwt } from '../support/jwt.js';
import { type User, type VisitorOptions, World } from '../support/world.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
const NO_SESSION = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';

describe('The devices of a person', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const sessionOf = (user: User) => String(decodeJwt(user.tokens.accessToken).claims.sid);

  /** The same person, signed in once more. */
  async function again(user: User, options: VisitorOptions = {}): Promise<User> {
    await app.advance('21 s');
    return world.aUser({ phone: user.phone, ...options });
  }

  it('are listed, the newest first, with the one that asks marked', async () => {
    const first = await world.aUser();
    const second = await again(first);
    const { status, body } = await first.api.sessions();
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ id, current }) => [id, current])).toEqual([
      [sessionOf(second), false],
      [sessionOf(first), true],
    ]);
  });

  it('have a name, and an address that is masked', async () => {
    const user = await world.aUser({ address: '198.51.100.77' });
    const { refreshToken } = user.tokens;
    await user.api.refresh(refreshToken, { 'user-agent': FIREFOX, 'x-forwarded-for': '203.0.113.7' });
    const answer = await user.api.sessions();
    expect(answer.body.items).toMatchObject([{ device: 'Firefox on Linux', address: '203.0.113.*' }]);
    expect(answer.text).not.toContain('203.0.113.7');
    expect(answer.text).not.toContain(FIREFOX);
  });

  it('were last seen when their tokens were refreshed, not when something was read', async () => {
    const user = await world.aUser();
    const seen = async () => (await user.api.sessions()).body.items[0];
    const signedIn = await seen();
    await app.advance('5 min');
    expect(await seen()).toEqual(signedIn);
    await user.api.refresh(user.tokens.refreshToken);
    const later = await seen();
    const minutes = (Date.parse(later?.lastSeenAt ?? '') - Date.parse(signedIn?.lastSeenAt ?? '')) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(later?.createdAt).toBe(signedIn?.createdAt);
  });

  it('are listed to nobody else, and to nobody who is not signed in', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    expect((await other.api.sessions()).body.items.map(({ id }) => id)).not.toContain(sessionOf(user));
    expect(await world.aVisitor().api.sessions()).toMatchObject({ status: 401 });
  });

  it('can be signed out one by one: that is over at once, for both of its tokens', async () => {
    const first = await world.aUser();
    const second = await again(first);
    expect(await first.api.endSession(sessionOf(second))).toMatchObject({ status: 204, text: '' });
    expect(await second.api.me()).toMatchObject({ status: 401 });
    expect(await second.api.refresh(second.tokens.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'sessions.refresh_token_invalid' },
    });
    expect((await first.api.sessions()).body.items.map(({ id }) => id)).toEqual([sessionOf(first)]);
  });

  it('can sign themselves out', async () => {
    const user = await world.aUser();
    expect(await user.api.endSession(sessionOf(user))).toMatchObject({ status: 204 });
    expect(await user.api.me()).toMatchObject({ status: 401 });
  });

  it('of others, that are over, or that never were, are not found, all alike', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    const ended = await again(user);
    await user.api.endSession(sessionOf(ended));
    for (const id of [sessionOf(other), sessionOf(ended), NO_SESSION, 'x', '..%2f']) {
      expect(await user.api.endSession(id)).toMatchObject({ status: 404 });
    }
    const { body } = await user.api.endSession(sessionOf(other));
    expect(body).toMatchObject({ code: 'sessions.not_found' });
    expect(await other.api.me()).toMatchObject({ status: 200 });
  });

  it('can be signed out everywhere but here', async () => {
    const user = await world.aUser();
    const others = [await again(user), await again(user)];
    const bystander = await world.aUser();
    expect(await user.api.endOtherSessions()).toMatchObject({ status: 204, text: '' });
    for (const other of others) expect(await other.api.me()).toMatchObject({ status: 401 });
    expect(await user.api.me()).toMatchObject({ status: 200 });
    expect(await bystander.api.me()).toMatchObject({ status: 200 });
    expect(await user.api.endOtherSessions()).toMatchObject({ status: 204 });
  });

  it('that are signed out are written down', async () => {
    const user = await world.aUser();
    await user.api.endSession(sessionOf(await again(user)));
    await again(user);
    await user.api.endOtherSessions();
    const entries = await app.sql(
      `SELECT action, actor_id, details FROM audit_entries
       WHERE subject_id = $1 AND action LIKE 'sessions.%' ORDER BY id`,
      [user.id],
    );
    expect(entries).toEqual([
      { action: 'sessions.ended', actor_id: user.id, details: {} },
      { action: 'sessions.others_ended', actor_id: user.id, details: { count: 1 } },
    ]);
  });
});
