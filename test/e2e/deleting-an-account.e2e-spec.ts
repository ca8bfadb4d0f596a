import { Client } from 'pg';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askForContact, changeContact, named } from '../support/contacts.js';
import { eventually } from '../support/eventually.js';
import { plain } from '../support/pictures.js';
import { tracesOf } from '../support/traces.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

const PASSWORD = 'four words of mine';
const DEVICE = 'Mozilla/5.0 (Zaphod 7; Heart of Gold) Gecko/20100101 Firefox/142.0';
const NAMES = {
  firstName: 'Ксения',
  lastName: 'Перехватова',
  city: 'Верхнеуральск-на-Тоболе',
  telegramId: '@ksenia_per',
};

describe('Deleting an account', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    // Too few for any to be shared: a statement that is held here holds no other.
    app = await startTestApp({ DATABASE_POOL: '3' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const anAdmin = async (): Promise<User> => {
    const admin = await world.aUser();
    await app.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, [admin.id]);
    return admin;
  };

  const KINDS = [
    ['phone', freshPhone, () => ({ phone: freshPhone() })],
    ['email', freshEmail, () => ({ email: freshEmail() })],
  ] as const;

  /** Sign-ins are written down soon after they are answered. */
  const writtenDown = (user: User) =>
    eventually(async () => {
      const entries = await app.sql('SELECT id FROM audit_entries WHERE actor_id = $1', [user.id]);
      expect(entries.length).toBeGreaterThan(0);
    });

  /** Whoever signs in has used the code and waits with the new session until `release` is called. */
  const holdNewSessions = async () => {
    await app.sql(
      `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
       $$BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END$$`,
    );
    await app.sql('CREATE TRIGGER hold AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION hold()');
    const holder = new Client({ connectionString: app.database.url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    return async () => {
      await holder.end();
      await app.sql('DROP FUNCTION hold CASCADE');
    };
  };

  /** Resolves once so many requests wait for a lock. */
  const waiting = (count: number) =>
    eventually(async () => {
      const [locks] = await app.sql(
        `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(locks).toEqual({ count });
    });

  describe('with everything that a person may leave behind', () => {
    let user: User;
    let stranger: User;
    let texts: string[];

    /** Somebody with a past: former contacts, a picture, devices, messages, failures, pending changes, staff who intervened. */
    beforeAll(async () => {
      user = await world.aUserWithPassword(PASSWORD, { language: 'ru' });
      const [phone, email, formerEmail, pending] = [freshPhone(), freshEmail(), freshEmail(), freshPhone()];
      const username = `ksenia_${user.phone.slice(-6)}`;
      await user.api.changeProfile({ ...NAMES, username, locale: 'ru' });
      await changeContact(app, user, phone);
      await changeContact(app, user, formerEmail);
      await changeContact(app, user, email);
      const file = new Blob([new Uint8Array(await plain(300, 300).png().toBuffer())], { type: 'image/png' });
      const avatarId = (await user.api.upload<{ avatarUrl: string }>('/api/v1/users/me/avatar', file)).body.avatarUrl;
      await user.api.refresh(user.tokens.refreshToken, { 'user-agent': DEVICE });
      await app.advance('21 s');

      const known = await world.aUser({ phone });
      await app.advance('21 s');
      const guesser = world.aVisitor({ phone });
      await guesser.requestCode();
      await guesser.guessWrong();
      const liar = world.aVisitor();
      await liar.api.logIn({ username, password: 'not the words of her' });
      await known.api.logIn({ username: email, password: 'not the words of her' });
      stranger = await world.aUser();
      await app.advance('21 s');
      await askForContact(app, stranger, email);
      await askForContact(app, user, pending);
      const admin = await anAdmin();
      const byAdmin = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
      const body = JSON.stringify({ city: NAMES.city, firstName: 'Ксюша' });
      expect(await admin.api.send(`/api/v1/users/${user.id}`, { ...byAdmin, body })).toMatchObject({ status: 200 });
      await app.delivered();
      await writtenDown(known);

      const addresses = [user, known, liar].map(({ address }) => address.replace(/\d+$/, '*'));
      texts = [
        ...[phone.slice(1), email, username, 'Ксюша', NAMES.lastName, NAMES.city, NAMES.telegramId],
        // It was asked for and never proven.
        ...[
          pending.replace('+', ''),
          'ксюша перехватова',
          'перехватова ксюша',
          avatarId.split('/').at(-1) ?? '',
          DEVICE,
          ...addresses,
        ],
      ];
      // Otherwise there would be nothing to find afterwards, either.
      expect(Object.keys(await tracesOf(app, texts)).sort()).toEqual([...texts].sort());
      // These were given up earlier, and forgotten then.
      texts.push(user.phone.slice(1), formerEmail, NAMES.firstName);
    });

    it('leaves none of it in any column of any table', async () => {
      const { phone, email } = (await user.api.me()).body;
      expect(await user.api.deleteAccount({ currentPassword: PASSWORD })).toMatchObject({ status: 204 });
      await app.delivered();
      expect(await tracesOf(app, [...texts, String(phone), String(email)])).toEqual({});
    });

    it('keeps that there was somebody, what was done, and the invite code, which is never given out again', async () => {
      const [row] = await app.sql<object>('SELECT * FROM users WHERE id = $1', [user.id]);
      const kept = Object.entries(row ?? {}).filter(([, value]) => value !== null);
      expect(Object.fromEntries(kept)).toEqual({
        id: user.id,
        role: 'user',
        status: 'deleted',
        is_test: false,
        created_at: expect.any(Date) as Date,
      });
      const actions = await app.sql<{ action: string }>('SELECT action FROM audit_entries WHERE subject_id = $1', [
        user.id,
      ]);
      expect(actions.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['users.contact_changed', 'users.deleted']),
      );
      const { inviteCode } = user.tokens.user;
      const links = await app.sql('SELECT retired_at FROM referral_links WHERE code = $1', [inviteCode]);
      expect(links).toEqual([{ retired_at: expect.any(Date) as Date }]);
    });
  });

  describe.each(KINDS)('of somebody who signs in by %s', (column, _fresh, options) => {
    it('is answered 204, and nobody is let in by any token or code of before', async () => {
      const user = await world.aUser(options());
      await app.advance('21 s');
      const elsewhere = await world.aUser({ [column]: user.contact });
      await app.advance('21 s');
      const asking = world.aVisitor({ [column]: user.contact });
      await asking.requestCode();
      const code = await asking.readCode();
      expect(await user.api.deleteAccount()).toMatchObject({ status: 204, text: '' });
      for (const device of [user, elsewhere]) {
        expect(await device.api.me()).toMatchObject({ status: 401 });
        expect(await device.api.refresh(device.tokens.refreshToken)).toMatchObject({ status: 401 });
      }
      expect(await asking.verify(code)).toMatchObject({ status: 410 });
      expect(await user.api.deleteAccount()).toMatchObject({ status: 401 });
    });

    it('is told there in the language of the person, and nothing is kept of where it went', async () => {
      const user = await world.aUser(options());
      await user.api.changeProfile({ locale: 'ru' });
      await user.api.deleteAccount();
      await app.delivered();
      const sent = await app.sql(
        'SELECT template, locale, state, recipient, params FROM messages WHERE subject_id = $1',
        [user.id],
      );
      const told = { template: 'notice-account-deleted', locale: 'ru', state: 'sent' };
      expect(sent).toEqual([{ ...told, recipient: '', params: {} }]);
    });

    it('frees it: whoever signs in with it is somebody new, with another invite code', async () => {
      const user = await world.aUser(options());
      await user.api.changeProfile({ firstName: 'Anna', username: `u${Date.now()}` });
      await user.api.deleteAccount();
      await app.advance('21 s');
      const { tokens } = await world.aUser({ [column]: user.contact });
      expect(tokens).toMatchObject({ isNewUser: true, user: { firstName: null, username: null } });
      expect(tokens.user.id).not.toBe(user.id);
      expect(tokens.user.inviteCode).not.toBe(user.tokens.user.inviteCode);
    });

    it('does not unblock a blocked person who comes again within 180 days, which is known by a keyed hash alone', async () => {
      const [user, admin] = [await world.aUser(options()), await anAdmin()];
      await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
      expect(await admin.api.send(`/api/v1/users/${user.id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
      const again = world.aVisitor({ [column]: user.contact });
      await app.advance('21 s');
      await again.requestCode();
      expect(refusal(await again.verify(await again.readCode()))).toMatchObject({ status: 403, code: 'auth.blocked' });
      const [kept] = await app.sql<{ contact: Buffer }>('SELECT contact FROM released_contacts WHERE user_id = $1', [
        user.id,
      ]);
      expect(kept?.contact).toHaveLength(16);
    });

    it('lets a blocked person begin anew after 180 days', async () => {
      const [user, admin] = [await world.aUser(options()), await anAdmin()];
      await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
      await admin.api.send(`/api/v1/users/${user.id}`, { method: 'DELETE' });
      await app.advance('181 days');
      expect((await world.aUser({ [column]: user.contact })).tokens.isNewUser).toBe(true);
    });
  });

  it('forgets a contact that is asked for at that moment, too', async () => {
    for (let round = 0; round < 10; round += 1) {
      const user = await world.aUser();
      const wanted = [freshPhone(), freshEmail()];
      const asked = wanted.map((contact) => user.api.askForContact(named(contact)));
      const [deleted, ...others] = await Promise.all([user.api.deleteAccount(), ...asked]);
      expect(deleted).toMatchObject({ status: 204 });
      expect(others.every(({ status }) => [202, 401, 404].includes(status))).toBe(true);
      await app.delivered();
      expect(
        await tracesOf(
          app,
          wanted.map((contact) => contact.replace('+', '')),
        ),
      ).toEqual({});
    }
  });

  it('happens once when it is asked for five times at once', async () => {
    const user = await world.aUser();
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => user.api.deleteAccount()))).map(
      (a) => a.status,
    );
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.every((status) => [204, 401, 404].includes(status))).toBe(true);
  });

  it('leaves nobody signed in who signs in at that moment, and nothing of their device', async () => {
    const user = await world.aUser();
    await app.advance('21 s');
    const returning = world.aVisitor({ phone: user.phone });
    await returning.requestCode();
    const code = await returning.readCode();
    const release = await holdNewSessions();
    const verifying = returning.verify(code);
    await waiting(1);
    const deleting = user.api.deleteAccount();
    await waiting(2);
    await release();
    expect([(await verifying).status, (await deleting).status]).toEqual([200, 204]);
    const authorization = `Bearer ${(await verifying).body.accessToken}`;
    expect(await returning.api.with({ authorization }).me()).toMatchObject({ status: 401 });
    const sessions = await app.sql<object>(
      'SELECT ended_at IS NULL AS open, masked_address FROM sessions WHERE user_id = $1',
      [user.id],
    );
    expect(sessions).toEqual([1, 2].map(() => ({ open: false, masked_address: null })));
  });

  it('is refused to the last administrator, also when the last two ask at once', async () => {
    await app.sql(`UPDATE users SET role = 'user'`);
    const admins = [await anAdmin(), await anAdmin()];
    const answers = await Promise.all(admins.map(({ api }) => api.deleteAccount()));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(answers.map((answer) => refusal(answer).code)).toContain('users.last_admin');
  });

  it('needs a sign-in of the last ten minutes or the password; refreshing is none', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.advance('10 min 1 s');
    const { body } = await user.api.refresh(user.tokens.refreshToken);
    const api = user.api.with({ authorization: `Bearer ${body.accessToken}` });
    const expected = { status: 403, body: { code: 'auth.reauthentication_required' } };
    expect(await api.deleteAccount()).toMatchObject(expected);
    expect(await api.deleteAccount({ currentPassword: 'four words of hers' })).toMatchObject(expected);
    expect(await api.deleteAccount({ currentPassword: PASSWORD })).toMatchObject({ status: 204 });
  });

  it('refuses a body that it does not know', async () => {
    const user = await world.aUser();
    expect(await user.api.deleteAccount({ really: true })).toMatchObject({ status: 422 });
    expect(await user.api.me()).toMatchObject({ status: 200 });
  });
});
