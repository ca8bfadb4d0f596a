import { type Overrides, startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

describe('The first administrator', () => {
  const started: TestApp[] = [];

  afterEach(async () => {
    for (const app of started.splice(0)) await app.close();
  });

  async function aNewInstallation(settings: Overrides): Promise<World> {
    const app = await startTestApp(settings);
    started.push(app);
    return new World(app);
  }

  const roleOf = async (user: User) => (await user.api.me()).body.role;

  it('is whoever proves the phone that is named, however it is written there', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({ ADMIN_PHONE: `8 (${phone.slice(2, 5)}) ${phone.slice(5)}` });
    const other = await world.aUser();
    const named = await world.aUser({ phone });
    expect(named.tokens.user.role).toBe('admin');
    expect(await named.api.auditLog()).toMatchObject({ status: 200 });
    expect(await roleOf(other)).toBe('user');
  });

  it('is whoever proves the e-mail address that is named', async () => {
    const email = freshEmail();
    const world = await aNewInstallation({ ADMIN_EMAIL: email.toUpperCase() });
    const named = await world.aUser({ email });
    expect(named.tokens.user).toMatchObject({ email, role: 'admin' });
  });

  it('is written down', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({ ADMIN_PHONE: phone });
    const named = await world.aUser({ phone });
    const { items } = (await named.api.auditLog({ action: 'users.role_changed' })).body;
    expect(items).toMatchObject([{ subjectId: named.id, details: { role: 'admin' } }]);
  });

  it('may have been there before they were named', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({});
    const before = await world.aUser({ phone });
    expect(await roleOf(before)).toBe('user');
    const renamed = await startTestApp({ ADMIN_PHONE: phone }, world.app.database);
    started.unshift(renamed);
    await renamed.advance('61 s');
    const after = await new World(renamed).aUser({ phone });
    expect(after.tokens).toMatchObject({ isNewUser: false, user: { id: before.id, role: 'admin' } });
    // The role that counts is that of the person, whatever token they hold.
    expect(await roleOf(before)).toBe('admin');
  });

  it('is not made by asking for a code, nor by a wrong one', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({ ADMIN_PHONE: phone });
    const visitor = world.aVisitor({ phone });
    await visitor.requestCode();
    await visitor.guessWrong();
    expect(await world.app.sql(`SELECT 1 FROM users WHERE role = 'admin'`)).toEqual([]);
  });

  it('is made only while there is none: the named one who comes later stays a user', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({ ADMIN_PHONE: phone });
    await world.anAdmin();
    expect(await roleOf(await world.aUser({ phone }))).toBe('user');
  });

  it('is not made again of somebody whose role was taken', async () => {
    const phone = freshPhone();
    const world = await aNewInstallation({ ADMIN_PHONE: phone });
    const named = await world.aUser({ phone });
    const other = await world.aUser();
    await named.api.changePerson(other.id, { role: 'admin' });
    await other.api.changePerson(named.id, { role: 'user' });
    await world.app.advance('61 s');
    expect(await roleOf(await world.aUser({ phone }))).toBe('user');
  });

  it('is one, when the named phone and the named e-mail address come at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [phone, email] = [freshPhone(), freshEmail()];
      const world = await aNewInstallation({ ADMIN_PHONE: phone, ADMIN_EMAIL: email });
      const visitors = [world.aVisitor({ phone }), world.aVisitor({ email })];
      const ready = await Promise.all(
        visitors.map(async (visitor) => {
          await visitor.requestCode();
          return { visitor, code: await visitor.readCode() };
        }),
      );
      const answers = await Promise.all(ready.map(({ visitor, code }) => visitor.verify(code)));
      expect(answers.map(({ body }) => body.user.role).sort()).toEqual(['admin', 'user']);
    }
  }, 60_000);

  it('is nobody who merely comes first, in tests as in production', async () => {
    const world = await aNewInstallation({});
    expect(await roleOf(await world.aUser())).toBe('user');
  });

  it('is whoever registers first where that is wanted, and nobody who comes later', async () => {
    const world = await aNewInstallation({ FIRST_USER_IS_ADMIN: 'true' });
    expect((await world.aUser()).tokens.user.role).toBe('admin');
    expect((await world.aUser()).tokens.user.role).toBe('user');
  });

  it('is one of many who register first at once', async () => {
    const world = await aNewInstallation({ FIRST_USER_IS_ADMIN: 'true' });
    const users = await Promise.all(Array.from({ length: 5 }, () => world.aUser()));
    const roles = await Promise.all(users.map(roleOf));
    expect(roles.filter((role) => role === 'admin')).toHaveLength(1);
  });
});
