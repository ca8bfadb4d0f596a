import { startTestApp, type TestApp } from '../support/app.js';
import { type Api, refusal } from '../support/api.js';
import { freshEmail, type User, World } from '../support/world.js';

const NOBODY = '019a0000-0000-7000-8000-000000000000';

describe('Administering people', () => {
  let app: TestApp;
  let world: World;
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '12' });
    world = new World(app);
    admin = await world.anAdmin();
  });

  afterAll(() => app.close());

  /** What a person was told, the oldest first. */
  async function noticesTo({ id }: { id: string }): Promise<string[]> {
    const rows = await app.sql<{ template: string }>(
      `SELECT template FROM messages WHERE subject_id = $1 AND template LIKE 'notice-%' ORDER BY id`,
      [id],
    );
    return rows.map(({ template }) => template.replace('notice-', ''));
  }

  /** What an administrator did to a person, the oldest first. */
  async function actsOn({ id }: { id: string }): Promise<object[]> {
    return app.sql(
      `SELECT action, details FROM audit_entries WHERE subject_id = $1 AND actor_id = $2 AND masked_address IS NOT NULL
       ORDER BY id`,
      [id, admin.id],
    );
  }

  describe('is for those who may', () => {
    const ROUTES: [string, (api: Api, id: string) => Promise<{ status: number }>][] = [
      ['reading', (api, id) => api.person(id)],
      ['changing', (api, id) => api.changePerson(id, { city: 'Kazan' })],
      ['signing out', (api, id) => api.endSessionsOf(id)],
      ['deleting', (api, id) => api.deletePerson(id)],
    ];

    it.each(ROUTES)('%s somebody: not for strangers and not for users, whoever it is', async (_, act) => {
      const [user, other] = [await world.aUser(), await world.aUser()];
      expect(await act(world.aVisitor().api, other.id)).toMatchObject({ status: 401 });
      for (const id of [other.id, admin.id, NOBODY]) {
        expect(await act(user.api, id)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
      }
      expect((await other.api.me()).body).toMatchObject({ city: null });
      expect(await actsOn(other)).toEqual([]);
    });

    it.each(ROUTES.slice(1))('%s somebody: not for moderators', async (_, act) => {
      const [moderator, other] = [await world.aModerator(), await world.aUser()];
      expect(await act(moderator.api, other.id)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
      expect(await act(moderator.api, moderator.id)).toMatchObject({ status: 403 });
    });

    it.each(ROUTES)('%s nobody: 404, also for what is no id and for the deleted', async (_, act) => {
      const gone = await world.aUser();
      await admin.api.deletePerson(gone.id);
      for (const id of [NOBODY, 'nobody', gone.id]) {
        expect(await act(admin.api, id)).toMatchObject({ status: 404, body: { code: 'users.not_found' } });
      }
    });
  });

  it('lets staff read everybody, and everybody themself', async () => {
    const [user, moderator] = [await world.aUser(), await world.aModerator()];
    await admin.api.changePerson(user.id, { status: 'blocked', blockedReason: 'Spam' });
    const { body } = await moderator.api.person(user.id.toUpperCase());
    expect(body).toMatchObject({ id: user.id, phone: user.phone, status: 'blocked', blockedReason: 'Spam' });
    const other = await world.aUser();
    expect(await other.api.person(other.id)).toMatchObject({
      status: 200,
      body: (await other.api.me()).body,
    });
  });

  it('tells a person nothing of what staff wrote about them', async () => {
    const user = await world.aUser();
    await app.sql('UPDATE users SET blocked_reason = $2 WHERE id = $1', [user.id, 'Watch this one']);
    expect((await user.api.person(user.id)).body.blockedReason).toBeNull();
    expect((await admin.api.person(user.id)).body.blockedReason).toBe('Watch this one');
  });

  describe('a profile', () => {
    const FIELDS = {
      username: 'Anna_Boss',
      firstName: ' Анна ',
      lastName: 'Ёлкина',
      city: 'Kazan',
      telegramId: '12345678',
      locale: 'ru',
    };

    it('is changed by the same words as one’s own, told and written down', async () => {
      const user = await world.aUser();
      const { status, body } = await admin.api.changePerson(user.id, FIELDS);
      const expected = { ...FIELDS, username: 'anna_boss', firstName: 'Анна' };
      expect({ status, body }).toMatchObject({ status: 200, body: expected });
      expect((await user.api.me()).body).toMatchObject(expected);
      expect(await noticesTo(user)).toEqual(['profile-changed']);
      const fields = ['city', 'firstName', 'lastName', 'locale', 'telegramId', 'username'];
      expect(await actsOn(user)).toEqual([{ action: 'users.profile_changed', details: { fields } }]);
    });

    it('is cleared by null, and what is left out stays', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { firstName: 'Anna', city: 'Kazan' });
      expect((await admin.api.changePerson(user.id, { city: null })).body).toMatchObject({
        city: null,
        firstName: 'Anna',
      });
      expect((await actsOn(user))[1]).toEqual({ action: 'users.profile_changed', details: { fields: ['city'] } });
    });

    it('that stays as it is is neither told nor written down', async () => {
      const user = await world.aUser();
      const same = { role: 'user', status: 'active', city: null, phone: user.phone };
      expect(await admin.api.changePerson(user.id, same)).toMatchObject({ status: 200 });
      expect(await admin.api.changePerson(user.id, {})).toMatchObject({ status: 200 });
      expect(await noticesTo(user)).toEqual([]);
      expect(await actsOn(user)).toEqual([]);
      expect(await user.api.me()).toMatchObject({ status: 200 });
    });

    it('never gets a username that somebody has', async () => {
      const [user, other] = [await world.aUser(), await world.aUser()];
      await admin.api.changePerson(other.id, { username: 'taken_one' });
      const answer = await admin.api.changePerson(user.id, { username: 'Taken_One', city: 'Kazan' });
      expect(answer).toMatchObject({ status: 409, body: { code: 'users.username_taken' } });
      expect((await user.api.me()).body).toMatchObject({ username: null, city: null });
      expect(await actsOn(user)).toEqual([]);
    });

    it.each([
      [{ role: 'owner' }, 'role'],
      [{ role: null }, 'role'],
      [{ status: 'deleted' }, 'status'],
      [{ status: null }, 'status'],
      [{ username: '8912' }, 'username'],
      [{ locale: 'de' }, 'locale'],
      [{ email: 'nobody' }, 'email'],
      [{ phone: '12345' }, 'phone'],
      [{ blockedReason: 'Spam' }, 'blockedReason'],
      [{ status: 'active', blockedReason: 'Spam' }, 'blockedReason'],
      [{ status: 'blocked', blockedReason: '' }, 'blockedReason'],
      [{ inviteCode: 'AAAAA1' }, 'inviteCode'],
    ])('refuses %j', async (changes, field) => {
      const answer = await admin.api.changePerson(admin.id, changes);
      expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
      expect(refusal(answer).errors?.map((error) => error.field)).toContain(field);
    });
  });

  describe('a role', () => {
    it('counts at once, with the token that was given before', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { role: 'moderator' });
      expect(await user.api.people()).toMatchObject({ status: 200 });
      expect(await user.api.auditLog()).toMatchObject({ status: 403 });
      await admin.api.changePerson(user.id, { role: 'admin' });
      expect(await user.api.auditLog()).toMatchObject({ status: 200 });
      await admin.api.changePerson(user.id, { role: 'user' });
      expect(await user.api.people()).toMatchObject({ status: 403 });
    });

    it('that was changed is told and written down', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { role: 'moderator' });
      expect(await noticesTo(user)).toEqual(['role-changed']);
      const details = { from: 'user', to: 'moderator' };
      expect(await actsOn(user)).toEqual([{ action: 'users.role_changed', details }]);
    });
  });

  describe('blocking', () => {
    it('ends every session at once, lets nobody in, is told and written down', async () => {
      const user = await world.aUser();
      const changes = { status: 'blocked', blockedReason: 'Spam in the name of Anna' };
      expect((await admin.api.changePerson(user.id, changes)).body).toMatchObject(changes);
      expect(await user.api.me()).toMatchObject({ status: 401 });
      expect(await user.api.refresh(user.tokens.refreshToken)).toMatchObject({ status: 401 });
      await app.advance('61 s');
      const visitor = world.aVisitor({ phone: user.phone });
      await visitor.requestCode();
      expect(await visitor.verify(await visitor.readCode())).toMatchObject({
        status: 403,
        body: { code: 'auth.blocked' },
      });
      expect(await noticesTo(user)).toEqual(['blocked']);
      // What was written about somebody is for staff who look at them, not for the log.
      expect(await actsOn(user)).toEqual([{ action: 'users.blocked', details: {} }]);
    });

    it('is undone: the person may sign in again, and no old session comes to life', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { status: 'blocked', blockedReason: 'Spam' });
      const { body } = await admin.api.changePerson(user.id, { status: 'active' });
      expect(body).toMatchObject({ status: 'active', blockedReason: null });
      expect(await user.api.me()).toMatchObject({ status: 401 });
      expect(await noticesTo(user)).toEqual(['blocked', 'unblocked']);
      expect(await actsOn(user)).toMatchObject([{ action: 'users.blocked' }, { action: 'users.unblocked' }]);
      await app.advance('61 s');
      expect((await world.aUser({ phone: user.phone })).id).toBe(user.id);
    });

    it('again gives another reason and is not told again', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { status: 'blocked', blockedReason: 'Spam' });
      const { body } = await admin.api.changePerson(user.id, { status: 'blocked', blockedReason: 'Fraud' });
      expect(body).toMatchObject({ status: 'blocked', blockedReason: 'Fraud' });
      expect(await noticesTo(user)).toEqual(['blocked']);
      expect(await actsOn(user)).toHaveLength(2);
    });

    it('again without a reason changes nothing', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { status: 'blocked', blockedReason: 'Spam' });
      expect((await admin.api.changePerson(user.id, { status: 'blocked' })).body).toMatchObject({
        blockedReason: 'Spam',
      });
      expect(await actsOn(user)).toHaveLength(1);
    });

    it('answers when it counts: of 100 requests at once none passes that began after the answer', async () => {
      const user = await world.aUser();
      let blockedAt = Infinity;
      const request = async () => {
        const startedAt = performance.now();
        const { status } = await user.api.me();
        return { late: startedAt > blockedAt, status };
      };
      const burst = Array.from({ length: 100 }, () => request());
      const block = admin.api.changePerson(user.id, { status: 'blocked' }).then(() => (blockedAt = performance.now()));
      // A request follows each that was answered, so that they go on before and after the block.
      const followers = burst.map((each) => each.then(request));
      await block;
      const late = await Promise.all(Array.from({ length: 100 }, () => request()));
      const all = [...late, ...(await Promise.all(burst)), ...(await Promise.all(followers))];
      expect(all.filter(({ late: began, status }) => began && status !== 401)).toEqual([]);
      expect(all.filter(({ late: began }) => began).length).toBeGreaterThanOrEqual(100);
      expect(all.some(({ status }) => status === 200)).toBe(true);
    });
  });

  describe('signing out', () => {
    it('ends every session of a person, is told and written down', async () => {
      const user = await world.aUser();
      await app.advance('61 s');
      const again = await world.aUser({ phone: user.phone });
      expect(await admin.api.endSessionsOf(user.id)).toMatchObject({ status: 204 });
      expect(await user.api.me()).toMatchObject({ status: 401 });
      expect(await again.api.me()).toMatchObject({ status: 401 });
      expect(await noticesTo(user)).toEqual(['sessions-ended']);
      expect(await actsOn(user)).toEqual([{ action: 'users.sessions_ended', details: { count: 2 } }]);
    });
  });

  describe('deleting', () => {
    it('tells the person first, then forgets them, and writes down that it was done', async () => {
      const user = await world.aUser();
      await admin.api.changePerson(user.id, { firstName: 'Anna', email: freshEmail() });
      expect(await admin.api.deletePerson(user.id)).toMatchObject({ status: 204 });
      expect(await user.api.me()).toMatchObject({ status: 401 });
      await app.delivered();
      expect(await noticesTo(user)).toContain('account-deleted');
      const messages = await app.sql<{ recipient: string }>('SELECT recipient FROM messages WHERE subject_id = $1', [
        user.id,
      ]);
      expect(messages.filter(({ recipient }) => recipient !== '')).toEqual([]);
      expect(await actsOn(user)).toContainEqual({ action: 'users.deleted', details: {} });
      const [row] = await app.sql('SELECT phone, email, first_name AS "firstName", status FROM users WHERE id = $1', [
        user.id,
      ]);
      expect(row).toEqual({ phone: null, email: null, firstName: null, status: 'deleted' });
    });

    it('makes the contact free: whoever comes with it is somebody new', async () => {
      const user = await world.aUser();
      await admin.api.deletePerson(user.id);
      await app.advance('61 s');
      expect((await world.aUser({ phone: user.phone })).id).not.toBe(user.id);
    });

    it('forgets from where those came who delete themselves', async () => {
      const other = await world.anAdmin();
      expect(await other.api.deletePerson(other.id)).toMatchObject({ status: 204 });
      const entries = await app.sql(
        'SELECT action FROM audit_entries WHERE actor_id = $1 AND masked_address IS NOT NULL',
        [other.id],
      );
      expect(entries).toEqual([]);
    });
  });
});
