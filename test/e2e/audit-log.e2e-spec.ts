import { startTestApp, type TestApp } from '../support/app.js';
import { type User, World } from '../support/world.js';

describe('The audit log', () => {
  let app: TestApp;
  let world: World;
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    admin = await world.anAdmin();
  });

  afterAll(() => app.close());

  const logOf = async (query: Record<string, string>) => (await admin.api.auditLog(query)).body.items;

  it('is for administrators', async () => {
    const [user, moderator] = [await world.aUser(), await world.aModerator()];
    expect(await world.aVisitor().api.auditLog()).toMatchObject({ status: 401 });
    expect(await user.api.auditLog()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await moderator.api.auditLog()).toMatchObject({ status: 403 });
    expect((await admin.api.auditLog()).headers.get('cache-control')).toBe('no-store');
  });

  it('says who did what to whom, when, and from where, as far as that may be kept', async () => {
    const user = await world.aUser();
    await admin.api.changePerson(user.id, { role: 'moderator' });
    const [entry] = await logOf({ userId: user.id, action: 'users.role_changed' });
    expect(entry?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(entry).toEqual({
      id: entry?.id,
      action: 'users.role_changed',
      actorId: admin.id,
      subjectId: user.id,
      address: admin.address.replace(/\.\d+$/, '.*'),
      details: { from: 'user', to: 'moderator' },
      times: 1,
      createdAt: entry?.lastAt,
      lastAt: entry?.createdAt,
    });
    expect(Math.abs(Date.parse(entry?.createdAt ?? '') - app.clock.now().getTime())).toBeLessThan(60_000);
  });

  it('shows the newest first, each once, over pages, while more is done', async () => {
    const user = await world.aUser();
    for (const city of ['Kazan', 'Perm', 'Omsk', 'Tver', 'Ufa']) await admin.api.changePerson(user.id, { city });
    const query = { userId: user.id, action: 'users.profile_changed' };
    const all = (await logOf(query)).map(({ id }) => id);
    expect(all).toHaveLength(5);
    expect(all).toEqual([...all].sort().reverse());
    const first = (await admin.api.auditLog({ ...query, limit: '2' })).body;
    await admin.api.changePerson(user.id, { city: null });
    const second = (await admin.api.auditLog({ ...query, limit: '2', cursor: first.nextCursor ?? '' })).body;
    const third = (await admin.api.auditLog({ ...query, limit: '2', cursor: second.nextCursor ?? '' })).body;
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(all);
    expect(third.nextCursor).toBeNull();
  });

  it('shows of a person what they did and what was done to them, each once', async () => {
    const other = await world.anAdmin();
    const user = await world.aUser();
    await other.api.changePerson(user.id, { city: 'Kazan' });
    await other.api.changePerson(other.id, { city: 'Perm' });
    await admin.api.changePerson(other.id, { role: 'user' });
    const actions = (await logOf({ userId: other.id }))
      .filter(({ action }) => action.startsWith('users.'))
      .map(({ action, actorId, subjectId }) => [action, actorId, subjectId]);
    expect(actions).toEqual([
      ['users.role_changed', admin.id, other.id],
      ['users.profile_changed', other.id, other.id],
      ['users.profile_changed', other.id, user.id],
    ]);
  });

  it('shows one kind of act, of everybody', async () => {
    const users = [await world.aUser(), await world.aUser()];
    for (const { id } of users) await admin.api.endSessionsOf(id);
    const entries = await logOf({ action: 'users.sessions_ended' });
    expect(entries.map(({ subjectId }) => subjectId).slice(0, 2)).toEqual(users.map(({ id }) => id).reverse());
    expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(['users.sessions_ended']));
    expect(await logOf({ action: 'users.never_happened' })).toEqual([]);
  });

  it('says who of the staff has looked at whom, but not when people look at themselves', async () => {
    const [user, moderator] = [await world.aUser(), await world.aModerator()];
    await moderator.api.person(user.id);
    await moderator.api.person(moderator.id);
    await user.api.person(user.id);
    const views = await logOf({ action: 'users.viewed', userId: user.id });
    expect(views).toMatchObject([{ actorId: moderator.id, subjectId: user.id }]);
    expect(await logOf({ action: 'users.viewed', userId: moderator.id })).toHaveLength(1);
  });

  it('says who has searched, and by what kind of thing, but never for what', async () => {
    const [user, moderator] = [await world.aUser(), await world.aModerator()];
    await moderator.api.people({ q: user.phone });
    await moderator.api.people({ q: 'nobody-is-called-this', role: 'user', status: 'active' });
    await moderator.api.people({ limit: '1' });
    const searches = await logOf({ action: 'users.searched', userId: moderator.id });
    expect(searches.map(({ details }) => details)).toEqual([
      { q: 'none', found: 1 },
      { q: 'text', found: 0, role: 'user', status: 'active' },
      { q: 'phone', found: 1 },
    ]);
  });

  it('says who has read it', async () => {
    const [reader, user] = [await world.anAdmin(), await world.aUser()];
    await reader.api.auditLog({ userId: user.id });
    await reader.api.auditLog({ action: 'users.deleted' });
    const views = await logOf({ action: 'audit.viewed', userId: reader.id });
    expect(views).toMatchObject([
      { subjectId: null, details: { action: 'users.deleted' } },
      { subjectId: user.id, details: {} },
    ]);
  });

  it('says nothing of what was refused or did not happen', async () => {
    const user = await world.aUser();
    await user.api.person(admin.id);
    await admin.api.changePerson(user.id, { phone: null });
    const entries = await logOf({ userId: user.id });
    expect(entries.filter(({ action }) => action.startsWith('users.'))).toEqual([]);
  });

  it.each([
    ['userId', 'anna'],
    ['action', 'users'],
    ['action', "users.blocked' OR true"],
    ['cursor', 'abc'],
    ['limit', '0'],
  ])('refuses the %s %s', async (field, value) => {
    const answer = await admin.api.auditLog({ [field]: value });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid', errors: [{ field }] } });
  });
});
