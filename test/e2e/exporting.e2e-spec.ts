import { startTestApp, type TestApp } from '../support/app.js';
import { changeContact } from '../support/contacts.js';
import { eventually } from '../support/eventually.js';
import { makeInvited } from '../support/invited.js';
import { freshEmail, type User, World } from '../support/world.js';

const PASSWORD = 'four words of mine';

describe('Exporting what is held on oneself', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  /** Sign-ins are written down soon after they are answered. */
  const signInWritten = ({ id }: User) =>
    eventually(async () => {
      const entries = await app.sql(`SELECT FROM audit_entries WHERE subject_id = $1 AND action LIKE 'auth.%'`, [id]);
      expect(entries).not.toEqual([]);
    });

  async function exportedWith(user: User, entries: number) {
    await signInWritten(user);
    const { status, body, headers } = await user.api.exportAccount();
    expect(status).toBe(200);
    expect(body.audit.length).toBeGreaterThanOrEqual(entries);
    return { body, headers };
  }

  /** By the clock of the application, between then and now. */
  function expectSince(then: Date, moment: unknown): void {
    const at = Date.parse(String(moment));
    expect(at).toBeGreaterThanOrEqual(then.getTime());
    expect(at).toBeLessThanOrEqual(app.clock.now().getTime());
  }

  describe.each([
    ['phone', () => ({})],
    ['e-mail address', () => ({ email: freshEmail() })],
  ])('by somebody with a %s', (_, options) => {
    it('answers a file with the profile, the sessions, the messages and what was done', async () => {
      const user = await world.aUser(options());
      const before = app.clock.now();
      const { body, headers } = await exportedWith(user, 2);
      expectSince(before, body.exportedAt);
      expect(headers.get('content-disposition')).toBe('attachment; filename="account.json"');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toMatchObject({ profile: user.tokens.user, passwordSetAt: null });
      const masked = user.address.replace(/\d+$/, '*');
      expect(body.sessions).toEqual([expect.objectContaining({ address: masked, current: true })]);
      const channel = user.email ? 'email' : 'sms';
      expect(body.messages).toEqual([expect.objectContaining({ channel, to: user.contact, template: 'otp-code' })]);
      const done = { by: 'you', concerning: 'you', address: masked, times: 1 };
      expect(body.audit).toContainEqual(expect.objectContaining({ ...done, action: 'auth.registered' }));
      expect(body.audit).toContainEqual(expect.objectContaining({ ...done, action: 'users.exported' }));
    });

    it('holds nothing that belongs to somebody else, and no secret', async () => {
      const [user, other] = [await world.aUser(options()), await world.aUser(options())];
      const text = JSON.stringify((await exportedWith(user, 2)).body);
      for (const foreign of [other.id, other.contact, other.tokens.user.inviteCode, 'argon2', 'seed', 'counter']) {
        expect(text).not.toContain(foreign);
      }
    });
  });

  it('tells when the password was set, and nothing of the password', async () => {
    const before = app.clock.now();
    const user = await world.aUserWithPassword(PASSWORD);
    const { body } = await exportedWith(user, 1);
    expectSince(before, body.passwordSetAt);
    expect(JSON.stringify(body)).not.toContain('argon2');
  });

  it('tells every device, and which one asks', async () => {
    const user = await world.aUser();
    await app.advance('21 s');
    const elsewhere = await world.aUser({ phone: user.phone });
    const { body } = await exportedWith(user, 2);
    const sessions = body.sessions.map(({ address, current }) => [address, current]);
    expect(sessions).toEqual([
      [elsewhere.address.replace(/\d+$/, '*'), false],
      [user.address.replace(/\d+$/, '*'), true],
    ]);
  });

  it('tells messages that have forgotten where they went, as to nowhere', async () => {
    const user = await world.aUser();
    await changeContact(app, user, freshEmail());
    await app.delivered();
    expect(await user.api.removeContact('phone')).toMatchObject({ status: 200 });
    await app.delivered();
    const { body } = await exportedWith(user, 3);
    const told = body.messages.map(({ template, to }) => [template, to]);
    expect(told).toContainEqual(['notice-contact-added', null]);
    expect(told).toContainEqual(['notice-contact-removed', null]);
    expect(told).toContainEqual(['otp-code', body.profile.email]);
  });

  it('tells what staff did, but not who, from where, and what they wrote down', async () => {
    const [user, admin] = [await world.aUser(), await world.aUser()];
    await app.sql(
      `INSERT INTO audit_entries (id, action, actor_id, subject_id, masked_address, details)
       VALUES (gen_random_uuid(), 'users.role_changed', $1, $2, '198.51.100.*', '{"to": "moderator"}')`,
      [admin.id, user.id],
    );
    const { body } = await exportedWith(user, 3);
    const entry = body.audit.find(({ action }) => action === 'users.role_changed');
    expect(entry).toMatchObject({ by: 'staff', concerning: 'you', address: null });
    expect(entry?.details).toEqual({});
    expect(JSON.stringify(body)).not.toContain(admin.id);
    const { body: own } = await exportedWith(admin, 3);
    const act = own.audit.find(({ action }) => action === 'users.role_changed');
    expect(act).toMatchObject({ by: 'you', concerning: 'somebody_else', address: '198.51.100.*' });
    expect(JSON.stringify(own)).not.toContain(user.id);
  });

  it('tells all that was done, however much it is', async () => {
    const user = await world.aUser();
    await app.sql(
      `INSERT INTO audit_entries (id, action, actor_id, subject_id)
       SELECT gen_random_uuid(), 'sessions.ended', $1, $1 FROM generate_series(1, 1200)`,
      [user.id],
    );
    const { body } = await exportedWith(user, 1201);
    expect(body.audit.filter(({ action }) => action === 'sessions.ended')).toHaveLength(1_200);
  });

  it('tells every invite code that the person had, and the one they came by', async () => {
    const inviter = await world.aUser();
    const user = await world.anInvitee(inviter);
    const { body: rotated } = await user.api.rotateInviteCode();
    const { referrals, profile } = (await exportedWith(user, 3)).body;
    const retiredAt = expect.any(String) as string;
    expect(referrals.inviteCodes).toMatchObject([
      { inviteCode: rotated.inviteCode, retiredAt: null },
      { inviteCode: user.inviteCode, retiredAt },
    ]);
    expect(referrals.activated).toMatchObject({ inviteCode: inviter.inviteCode, via: 'typed' });
    expect(profile).toMatchObject({ inviteCode: rotated.inviteCode, activatedInviteCode: inviter.inviteCode });
    expect((await exportedWith(inviter, 2)).body.referrals.activated).toBeNull();
  });

  it('tells everybody who was invited, however many they are, as the person sees them', async () => {
    const user = await world.aUser();
    const invited = await makeInvited(app, user.id, 1_200);
    const { invitees } = (await exportedWith(user, 2)).body.referrals;
    expect(invitees.map(({ phone }) => phone)).toEqual(invited.map(({ phone }) => phone).reverse());
  });

  it('needs a sign-in of the last ten minutes; refreshing is none', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.advance('10 min 1 s');
    const { body } = await user.api.refresh(user.tokens.refreshToken);
    const api = user.api.with({ authorization: `Bearer ${body.accessToken}` });
    expect(await api.exportAccount()).toMatchObject({
      status: 403,
      body: { code: 'auth.reauthentication_required' },
    });
    const again = await user.logIn(PASSWORD);
    const fresh = user.api.with({ authorization: `Bearer ${again.body.accessToken}` });
    expect(await fresh.exportAccount()).toMatchObject({ status: 200 });
  });
});
