import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

describe('Contacts that an administrator changes', () => {
  let app: TestApp;
  let world: World;
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp();
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

  it('are changed on trust: the new one signs in, the old one is told and is a stranger', async () => {
    const user = await world.aUser();
    const phone = freshPhone();
    const { body } = await admin.api.changePerson(user.id, { phone: `8${phone.slice(2)}` });
    expect(body).toMatchObject({ phone });
    await app.delivered();
    expect(await noticesTo(user)).toEqual(['contact-changed']);
    expect(await actsOn(user)).toEqual([{ action: 'users.contact_changed', details: { channel: 'sms' } }]);
    await app.advance('61 s');
    expect((await world.aUser({ phone })).id).toBe(user.id);
    expect((await world.aUser({ phone: user.phone })).id).not.toBe(user.id);
  });

  it('that were lost were told to themselves, in the language of the person, and are kept nowhere', async () => {
    const user = await world.aUser();
    await admin.api.changePerson(user.id, { locale: 'ru' });
    await admin.api.changePerson(user.id, { phone: freshPhone() });
    await app.delivered();
    const [message] = await app.sql<{ locale: string; recipient: string; state: string }>(
      `SELECT locale, recipient, state FROM messages WHERE subject_id = $1 AND template = 'notice-contact-changed'`,
      [user.id],
    );
    expect(message).toEqual({ locale: 'ru', recipient: '', state: 'sent' });
  });

  it('that are new are told to the one that was there', async () => {
    const user = await world.aUser();
    const email = freshEmail();
    expect((await admin.api.changePerson(user.id, { email: email.toUpperCase() })).body).toMatchObject({ email });
    const [message] = await app.sql<{ recipient: string }>(
      `SELECT recipient FROM messages WHERE subject_id = $1 AND template = 'notice-contact-added'`,
      [user.id],
    );
    expect(message).toEqual({ recipient: user.phone });
  });

  it('may go as long as one is left, also when the other comes with the same request', async () => {
    const user = await world.aUser();
    const refused = await admin.api.changePerson(user.id, { phone: null });
    expect(refused).toMatchObject({ status: 409, body: { code: 'users.last_contact' } });
    const email = freshEmail();
    const { body } = await admin.api.changePerson(user.id, { phone: null, email });
    expect(body).toMatchObject({ phone: null, email });
    expect(await admin.api.changePerson(user.id, { email: null })).toMatchObject({ status: 409 });
    expect((await noticesTo(user)).sort()).toEqual(['contact-added', 'contact-removed']);
    expect(await actsOn(user)).toEqual([
      { action: 'users.contact_changed', details: { channel: 'email' } },
      { action: 'users.contact_removed', details: { channel: 'sms' } },
    ]);
  });

  it('of somebody else are refused, and nothing of the request is done', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    const changes = { phone: other.phone, role: 'moderator', city: 'Kazan' };
    const answer = await admin.api.changePerson(user.id, changes);
    expect(answer).toMatchObject({ status: 409, body: { code: 'users.contact_taken' } });
    expect((await user.api.me()).body).toMatchObject({ phone: user.phone, role: 'user', city: null });
    expect(await noticesTo(user)).toEqual([]);
    expect(await actsOn(user)).toEqual([]);
  });

  it('of a country that we do not write to are refused', async () => {
    const answer = await admin.api.changePerson(admin.id, { phone: '+4915123456789' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'sms.region_not_allowed' } });
  });

  it('that are two people’s wish at once become one’s', async () => {
    const [one, other] = [await world.aUser(), await world.aUser()];
    const email = freshEmail();
    const answers = await Promise.all([one, other].map(({ id }) => admin.api.changePerson(id, { email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('crosswise, of two people at once, are refused to both: nobody waits for ever', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [anna, boris] = [await world.aUser(), await world.aUser()];
      const answers = await Promise.all([
        admin.api.changePerson(anna.id, { phone: boris.phone, role: 'user' }),
        admin.api.changePerson(boris.id, { phone: anna.phone, username: `boris_${round}` }),
      ]);
      expect(answers).toMatchObject([{ status: 409 }, { status: 409 }]);
    }
  });
});
