import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, type User, World } from '../support/world.js';

let names = 0;
const freshUsername = (): string => `anna_${(names += 1)}`;

describe('The own profile', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ PRODUCT_NAME: 'Blue Door' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const expectRefused = async (user: User, changes: object, field: string, rule: string) => {
    const answer = await user.api.changeProfile(changes);
    expect(refusal(answer)).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(refusal(answer).errors).toEqual([expect.objectContaining({ field, rule })]);
  };

  it.each([
    ['phone', {}],
    ['e-mail address', { email: freshEmail() }],
  ])('takes every field from somebody with a %s and shows it from then on', async (_, options) => {
    const user = await world.aUser(options);
    const changes = {
      username: freshUsername(),
      firstName: 'Анна-Мария',
      lastName: "O'Neill 🦊",
      city: 'Казань',
      telegramId: '123456789',
      locale: 'ru',
    };
    const { status, body } = await user.api.changeProfile(changes);
    expect({ status, body }).toEqual({ status: 200, body: { ...user.tokens.user, ...changes } });
    expect((await user.api.me()).body).toEqual(body);
  });

  it('leaves alone what is left out, and clears what is null', async () => {
    const user = await world.aUser();
    await user.api.changeProfile({ username: freshUsername(), firstName: 'Anna', lastName: 'Ivanova', locale: 'en' });
    const { body } = await user.api.changeProfile({ firstName: null, username: null, locale: null, city: 'Kazan' });
    expect(body).toMatchObject({ username: null, firstName: null, lastName: 'Ivanova', city: 'Kazan', locale: null });
    expect((await user.api.changeProfile({})).body).toEqual(body);
  });

  it('is found by the name that it has now, and by none that it had', async () => {
    const user = await world.aUser();
    await user.api.changeProfile({ firstName: 'Zoya', lastName: 'Frolova' });
    await user.api.changeProfile({ lastName: 'Petrova' });
    expect(await app.sql('SELECT search_name FROM users WHERE id = $1', [user.id])).toEqual([
      { search_name: 'zoya petrova' },
    ]);
  });

  it('tidies what people type', async () => {
    const user = await world.aUser();
    const username = freshUsername();
    const typed = { username: ` ${username.toUpperCase()} `, firstName: '  Anna   Maria ', telegramId: 'Anna_Maria' };
    const { body } = await user.api.changeProfile(typed);
    expect(body).toMatchObject({ username, firstName: 'Anna Maria', telegramId: '@Anna_Maria' });
    // One letter, however it was typed.
    expect((await user.api.changeProfile({ city: '\u0418\u0306ошкар' })).body.city).toBe('\u0419ошкар');
  });

  it.each([
    'an',
    'a'.repeat(31),
    '1anna',
    '_anna',
    'anna-maria',
    'анна',
    'anna@example.com',
    '+79123456789',
    '',
    'an na',
  ])('refuses the username “%s”', async (username) =>
    expectRefused(await world.aUser(), { username }, 'username', 'username'),
  );

  it.each(['admin', 'Admin', 'support', 'support_1', 'you', 'moderator', 'latchkey', 'blue_door', 'null'])(
    'keeps the username “%s” for the service',
    async (username) => expectRefused(await world.aUser(), { username }, 'username', 'usernameReserved'),
  );

  it('lets somebody keep a reserved username that they were given', async () => {
    const user = await world.aUser();
    await app.sql(`UPDATE users SET username = 'support' WHERE id = $1`, [user.id]);
    expect(await user.api.changeProfile({ username: 'support', city: 'Kazan' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['empty', ''],
    ['of spaces', '   '],
    ['longer than 100 characters', 'я'.repeat(101)],
    ['of several lines', 'Anna\nIvanova'],
    ['with a control character', 'Anna\u0007'],
    ['that turns the text around it', '\u202eannA'],
    ['with a mark that turns what follows', 'Anna\u200f'],
    ['that is not seen', '\u3164'],
    ['with tags that are not seen', 'Anna\u{e0041}'],
    ['under a heap of marks', `A${'\u0301'.repeat(5)}`],
    ['that nobody can see', '\u200d\u200d'],
  ])('refuses a name %s', async (_, text) => {
    const user = await world.aUser();
    for (const field of ['firstName', 'lastName', 'city']) await expectRefused(user, { [field]: text }, field, 'name');
  });

  it('counts characters, not their halves', async () => {
    const firstName = '🦊'.repeat(100);
    expect((await (await world.aUser()).api.changeProfile({ firstName })).body.firstName).toBe(firstName);
  });

  it.each(['1234', '1'.repeat(21), '@abc', '@1abcd', 'https://t.me/anna', '-10012345'])(
    'refuses the Telegram id “%s”',
    async (telegramId) => expectRefused(await world.aUser(), { telegramId }, 'telegramId', 'telegramId'),
  );

  it('refuses languages that it does not speak, and fields that it does not have', async () => {
    const user = await world.aUser();
    await expectRefused(user, { locale: 'de' }, 'locale', 'locale');
    for (const field of ['role', 'status', 'phone', 'email', 'avatarId', 'searchName', 'id']) {
      await expectRefused(user, { [field]: 'admin' }, field, 'unknownField');
    }
    expect((await user.api.me()).body).toEqual(user.tokens.user);
  });

  it('does not give one username to two people, whatever its letters', async () => {
    const [one, other] = [await world.aUser(), await world.aUser()];
    const username = freshUsername();
    await one.api.changeProfile({ username });
    const refused = await other.api.changeProfile({ username: username.toUpperCase(), city: 'Kazan' });
    expect(refusal(refused)).toMatchObject({ status: 409, code: 'users.username_taken' });
    // All of it or nothing.
    expect((await other.api.me()).body).toMatchObject({ username: null, city: null });
    await one.api.changeProfile({ username: null });
    expect(await other.api.changeProfile({ username })).toMatchObject({ status: 200 });
  });

  it('gives a username that ten people want at once to one of them', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => world.aUser()));
    const username = freshUsername();
    const statuses = (await Promise.all(people.map(({ api }) => api.changeProfile({ username })))).map((a) => a.status);
    expect(statuses.sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });

  it('tells two people who want each other’s usernames at once that these are taken', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, other] = [await world.aUser(), await world.aUser()];
      const [mine, theirs] = [freshUsername(), freshUsername()];
      await one.api.changeProfile({ username: mine });
      await other.api.changeProfile({ username: theirs });
      const answers = await Promise.all([
        one.api.changeProfile({ username: theirs }),
        other.api.changeProfile({ username: mine }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([409, 409]);
    }
  });

  it('writes a change of the username down, because one signs in by it, and of nothing else', async () => {
    const user = await world.aUser();
    await user.api.changeProfile({ username: freshUsername(), firstName: 'Anna' });
    await user.api.changeProfile({ lastName: 'Ivanova' });
    const entries = await app.sql(
      `SELECT action, actor_id, details FROM audit_entries WHERE subject_id = $1 AND action NOT LIKE 'auth.%'`,
      [user.id],
    );
    expect(entries).toEqual([{ action: 'users.username_changed', actor_id: user.id, details: {} }]);
  });

  it('is closed to those who are not signed in', async () => {
    const { api } = world.aVisitor();
    expect(await api.changeProfile({ city: 'Kazan' })).toMatchObject({ status: 401 });
    expect(await api.deleteAccount()).toMatchObject({ status: 401 });
    expect(await api.exportAccount()).toMatchObject({ status: 401 });
  });
});
