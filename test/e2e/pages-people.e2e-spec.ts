import { startTestApp, type TestApp } from '../support/app.js';
import { nextIn, type Page, PageBrowser } from '../support/page-browser.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

describe('The pages of people', () => {
  let app: TestApp;
  let world: World;
  let admin: PageBrowser;
  let adminId: string;
  let moderator: PageBrowser;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    [admin, adminId] = await signedIn('admin');
    [moderator] = await signedIn('moderator');
  });
  afterAll(() => app.close());

  /** A browser in which somebody with that role is signed in, and their id. */
  async function signedIn(role: string): Promise<[PageBrowser, string]> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    const [row] = await app.sql<{ id: string }>('UPDATE users SET role = $2 WHERE phone = $1 RETURNING id', [
      browser.contact,
      role,
    ]);
    return [browser, row?.id ?? ''];
  }

  const at = ({ id }: Pick<User, 'id'>): string => `/admin/people/${id}`;
  const stored = async ({ id }: Pick<User, 'id'>) =>
    (await app.sql<Record<string, unknown>>('SELECT * FROM users WHERE id = $1', [id]))[0];
  /** Sends a form of somebody's page. */
  const submit = (user: Pick<User, 'id'>, form: string, fields: Record<string, string> = {}): Promise<Page> =>
    admin.submit(at(user) + form, fields, at(user));
  /** What the form of the profile holds as it stands. */
  const fieldsOf = ({ phone }: User) => ({ firstName: '', lastName: '', city: '', username: '', phone, email: '' });

  it('are for moderators and administrators', async () => {
    const [person] = await signedIn('user');
    const user = await world.aUser();
    for (const path of ['/admin', '/admin/people', at(user)]) {
      expect([path, (await person.open(path)).status]).toEqual([path, 403]);
      const { location } = await new PageBrowser(app).open(path);
      expect(location).toBe(`/?next=${encodeURIComponent(path)}`);
    }
    expect((await moderator.open('/admin')).location).toBe('/admin/people');
    for (const path of ['/admin/people', at(user)]) expect((await moderator.open(path)).status).toBe(200);
  });

  it('find people by what was typed, and write that down', async () => {
    const user = await world.aUser();
    const path = `/admin/people?q=${encodeURIComponent(user.phone)}&role=&status=`;
    const { html } = await moderator.open(path);
    expect(html).toContain(`href="${at(user)}"`);
    expect(html).toContain(`value="${user.phone}"`);
    expect((await moderator.open(`${path}blocked`)).html).not.toContain(at(user));
    const [entry] = await app.sql(`SELECT details FROM audit_entries WHERE action = 'users.searched' ORDER BY id DESC`);
    expect(entry).toMatchObject({ details: { q: 'phone', status: 'blocked', found: 0 } });
  });

  it('show everybody once, page by page', async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => world.aUser()));
    const seen: string[] = [];
    let path: string | undefined = '/admin/people?role=user';
    while (path !== undefined) {
      const { html } = await admin.open(`${path}&limit=2`);
      seen.push(...[...html.matchAll(/class="first"><a href="([^"]+)"/g)].map(([, href = '']) => href));
      path = nextIn(html);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(users.map(at)));
  });

  it('show a person, who invited them and whom they invited', async () => {
    const inviter = await world.aUser();
    const user = await world.anInvitee(inviter);
    const invitee = await world.anInvitee(user);
    const { html } = await moderator.open(at(user));
    for (const other of [inviter, invitee]) expect(html).toContain(`href="${at(other)}"`);
    expect(html).toContain(user.inviteCode);
    expect(html).toContain(`href="/admin/referrals/tree/${user.id}"`);
    expect(html).not.toMatch(/href="[^"]*%2B7/);
    expect((await moderator.open('/admin/people/nobody')).status).toBe(404);
    expect((await moderator.open('/admin/people/019a0000-0000-7000-8000-000000000000')).status).toBe(404);
  });

  it('show a moderator nothing to change people by, and refuse each of it, as from a user', async () => {
    const user = await world.aUser();
    const page = (await moderator.open(at(user))).html;
    expect(page).not.toContain(`action="${at(user)}`);
    expect(page).not.toMatch(/\/delete"|admin\/(audit|messages|sending)/);
    const [nobody] = await signedIn('user');
    for (const [browser, from] of [[moderator, at(user)] as const, [nobody, '/profile'] as const]) {
      expect((await browser.open(`${at(user)}/delete`)).status).toBe(403);
      for (const form of ['', '/role', '/block', '/unblock', '/end-sessions', '/delete']) {
        const sent = { role: 'admin', status: 'blocked', city: 'Kazan' };
        const { status } = await browser.submit(at(user) + form, sent, from);
        expect([form, status]).toEqual([form, 403]);
      }
    }
    expect(await user.api.me()).toMatchObject({ status: 200, body: { role: 'user', status: 'active', city: null } });
  });

  it('change what was typed, clear what was emptied, and say so', async () => {
    const user = await world.aUser();
    const email = freshEmail();
    const typed = { ...fieldsOf(user), firstName: 'Anna', city: 'Kazan', email };
    expect((await submit(user, '', typed)).location).toBe(at(user));
    expect((await admin.open(at(user))).html).toContain('Saved.');
    expect(await stored(user)).toMatchObject({ first_name: 'Anna', city: 'Kazan', email, phone: user.phone });
    await submit(user, '', { ...typed, city: '' });
    expect(await stored(user)).toMatchObject({ first_name: 'Anna', city: null, email });
  });

  it('leave a contact alone that stands as it did, though nobody could be given it today', async () => {
    const user = await world.aUser();
    await app.sql(`UPDATE users SET phone = '+4915123456789' WHERE id = $1`, [user.id]);
    await submit(user, '', { ...fieldsOf(user), phone: '+4915123456789', city: 'Berlin' });
    expect(await stored(user)).toMatchObject({ phone: '+4915123456789', city: 'Berlin' });
  });

  it('show again what was typed, with the reason why it was refused', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    const wrong = await submit(user, '', { ...fieldsOf(user), city: 'Omsk', phone: '8 912 <000>' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('value="8 912 &lt;000&gt;"');
    expect(wrong.html).toContain('value="Omsk"');
    expect(wrong.html).toContain('No such phone number exists.');
    const taken = await submit(user, '', { ...fieldsOf(user), phone: other.phone });
    expect([taken.status, taken.html]).toEqual([409, expect.stringContaining('Another account has this contact.')]);
    const nothing = await submit(user, '', { ...fieldsOf(user), phone: '' });
    expect([nothing.status, nothing.html]).toEqual([409, expect.stringContaining('the last contact')]);
    const long = await submit(user, '/block', { status: 'blocked', blockedReason: 'x'.repeat(501) });
    expect([long.status, long.html]).toEqual([422, expect.stringContaining('at most 500 characters')]);
    expect(await stored(user)).toMatchObject({ phone: user.phone, city: null, status: 'active' });
  });

  it('set a role, which counts at once', async () => {
    const [browser, id] = await signedIn('user');
    await submit({ id }, '/role', { role: 'moderator' });
    expect((await browser.open('/admin/people')).status).toBe(200);
    await submit({ id }, '/role', { role: 'user' });
    expect((await browser.open('/admin/people')).status).toBe(403);
    expect((await submit({ id }, '/role', { role: 'king' })).status).toBe(422);
  });

  it('block with a reason that staff see, and whoever is signed in elsewhere is out at once', async () => {
    const [browser, id] = await signedIn('user');
    await submit({ id }, '/block', { status: 'blocked', blockedReason: 'Sends spam' });
    expect((await browser.open('/admin/people')).location).toContain('/?next=');
    expect((await moderator.open(at({ id }))).html).toContain('Sends spam');
    await submit({ id }, '/unblock');
    expect(await stored({ id })).toMatchObject({ status: 'active', blocked_reason: null });
  });

  it('sign a person out everywhere', async () => {
    const [browser, id] = await signedIn('user');
    expect((await submit({ id }, '/end-sessions')).location).toBe(at({ id }));
    expect((await browser.open('/admin/people')).location).toContain('/?next=');
  });

  it('delete a person once the question was answered', async () => {
    const user = await world.aUser();
    const { html } = await admin.open(`${at(user)}/delete`);
    expect(html).toContain(user.phone);
    expect(await stored(user)).toMatchObject({ status: 'active' });
    expect((await admin.submit(`${at(user)}/delete`)).location).toBe('/admin/people');
    expect(await stored(user)).toMatchObject({ status: 'deleted', phone: null });
    expect((await admin.open(at(user))).status).toBe(404);
  });

  it('tell the last administrator why they cannot leave, and let another one go', async () => {
    const self = { id: adminId };
    await app.sql(`UPDATE users SET role = 'user' WHERE role = 'admin' AND id <> $1`, [adminId]);
    for (const [form, fields] of [
      ['/role', { role: 'user' }],
      ['/block', { status: 'blocked', blockedReason: 'Typed here' }],
    ] as const) {
      const page = await submit(self, form, fields);
      expect([form, page.status]).toEqual([form, 409]);
      expect(page.html).toContain('This is the last administrator.');
    }
    const deleting = await admin.submit(`${at(self)}/delete`);
    expect([deleting.status, deleting.html]).toEqual([409, expect.stringContaining('the last administrator')]);
    const [other, id] = await signedIn('admin');
    const left = await other.submit(`${at({ id })}/role`, { role: 'user' }, at({ id }));
    expect(left.location).toBe('/profile');
  });

  it.each([
    ['/block', 'told.person.blocked', { status: 'blocked' }],
    ['/end-sessions', 'told.person.sessionsEnded', {}],
    ['/delete', 'told.deleted', {}],
  ])('tell at the sign-in page whoever did %s to themself', async (form, told, fields) => {
    const [self, id] = await signedIn('admin');
    const done = await self.submit(at({ id }) + form, fields, at({ id }));
    expect([done.location, self.cookies.get('told')]).toEqual(['/', told]);
    expect((await self.open('/')).html).toContain('action="/"');
  });

  it.each([
    ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['quotes', '" autofocus onfocus="alert(1)', '&quot; autofocus onfocus&#x3D;&quot;alert(1)'],
    ['a turn of direction', '\u202egnp.exe', '<bdi>\u202egnp.exe'],
    ['10 000 characters', 'W'.repeat(10_000), '<bdi>WWW'],
  ])('show %s in a name as text', async (_, name, shown) => {
    const user = await world.anInvitee(await world.aUser());
    await app.sql('UPDATE users SET first_name = $2, city = $2, blocked_reason = $2 WHERE id = $1', [user.id, name]);
    const query = `?q=${encodeURIComponent(user.phone)}`;
    for (const path of [`/admin/people${query}`, at(user), `${at(user)}/delete`]) {
      const { status, html } = await admin.open(path);
      expect([path, status]).toEqual([path, 200]);
      expect(html).toContain(shown);
      expect(html).not.toMatch(/<script>alert|" autofocus onfocus/);
    }
  });

  it('speak Russian', async () => {
    const browser = new PageBrowser(app, { language: 'ru', phone: freshPhone() });
    await browser.signIn();
    await app.sql(`UPDATE users SET role = 'admin' WHERE phone = $1`, [browser.contact]);
    const user = await world.aUser();
    expect((await browser.open('/admin/people')).html).toContain('Телефон, почта, имя пользователя или имя');
    expect((await browser.open(at(user))).html).toContain('Заблокировать');
    expect((await browser.open(`${at(user)}/delete`)).html).toContain('Удалить этого человека?');
  });
});
