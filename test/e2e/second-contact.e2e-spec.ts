import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { changeContact } from '../support/contacts.js';
import { freshEmail, type User, World } from '../support/world.js';

describe('A second contact', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const noticesTo = async (contactOrSubject: string) =>
    app.sql<{ template: string; locale: string }>(
      `SELECT template, locale FROM messages
       WHERE (recipient = $1 OR subject_id::text = $1) AND template LIKE 'notice-%' ORDER BY id`,
      [contactOrSubject],
    );

  const withBoth = async (): Promise<User & { second: string }> => {
    const user = await world.aUser();
    const second = freshEmail();
    await changeContact(app, user, second);
    return Object.assign(user, { second });
  };

  it('signs the person in beside the first, who is told', async () => {
    const user = await withBoth();
    expect((await user.api.me()).body).toMatchObject({ phone: user.phone, email: user.second });
    await app.advance('21 s');
    expect((await world.aUser({ email: user.second })).id).toBe(user.id);
    expect(await noticesTo(user.phone)).toEqual([{ template: 'notice-contact-added', locale: 'en' }]);
  });

  it.each([
    ['phone', 'email'],
    ['email', 'phone'],
  ] as const)('can be removed: the %s, which is told and forgotten', async (column, kept) => {
    const user = await withBoth();
    await app.advance('21 s');
    const elsewhere = await world.aUser({ phone: user.phone });
    const profile = (await user.api.me()).body;
    const { status, body } = await user.api.removeContact(column);
    expect({ status, body }).toEqual({ status: 200, body: { ...profile, [column]: null } });
    expect(await elsewhere.api.me()).toMatchObject({ status: 401 });
    expect(await user.api.me()).toMatchObject({ status: 200 });
    await app.delivered();
    expect((await noticesTo(user.id)).at(-1)).toMatchObject({ template: 'notice-contact-removed' });
    expect(await app.sql('SELECT id FROM messages WHERE recipient = $1', [profile[column]])).toEqual([]);
    await app.advance('21 s');
    expect((await world.aUser({ [kept]: profile[kept] })).id).toBe(user.id);
    expect((await world.aUser({ [column]: profile[column] })).tokens.isNewUser).toBe(true);
  });

  it('cannot be removed when it is the last, also not by two requests at once', async () => {
    const user = await withBoth();
    const answers = await Promise.all([user.api.removeContact('phone'), user.api.removeContact('email')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.map((answer) => refusal(answer).code)).toContain('users.last_contact');
  });

  it('is not found where there is none, and refused where it is neither phone nor e-mail address', async () => {
    const user = await world.aUser();
    const absent = await user.api.removeContact('email');
    expect(refusal(absent)).toMatchObject({ status: 404, code: 'users.no_such_contact' });
    expect(await user.api.removeContact('fax')).toMatchObject({ status: 422 });
    expect(await user.api.removeContact('phone')).toMatchObject({ status: 409 });
  });

  it('is in the audit log without the contact itself', async () => {
    const user = await withBoth();
    await user.api.removeContact('email');
    const entries = await app.sql<{ details: object }>(
      `SELECT action, details FROM audit_entries WHERE subject_id = $1 AND action LIKE 'users.%' ORDER BY id`,
      [user.id],
    );
    expect(entries).toEqual([
      { action: 'users.contact_changed', details: { channel: 'email' } },
      { action: 'users.contact_removed', details: { channel: 'email' } },
    ]);
  });
});
