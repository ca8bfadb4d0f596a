import { join } from 'node:path';
import { AUDIT_ACTIONS } from '../../src/modules/audit/audit-action.js';
import { PROJECT_ROOT } from '../../src/common/project-root.js';
import { PageTexts } from '../../src/platform/pages/page-texts.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { nextIn, PageBrowser } from '../support/page-browser.js';
import { goToFullHour } from '../support/periodic.js';
import { type User, World } from '../support/world.js';

describe('The page of the audit log', () => {
  let app: TestApp;
  let world: World;
  let browser: PageBrowser;
  let admin: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    admin = await world.anAdmin();
    browser = await signedIn('admin');
  });
  afterAll(() => app.close());

  async function signedIn(role: string): Promise<PageBrowser> {
    const one = new PageBrowser(app);
    await one.signIn();
    await app.sql('UPDATE users SET role = $2 WHERE phone = $1', [one.contact, role]);
    return one;
  }

  const about = ({ id }: User, more = ''): string => `/admin/audit?userId=${id}${more}`;
  const rowsIn = (html: string): string[] => html.split('<tr role="row">').slice(2);

  it('is for administrators', async () => {
    for (const role of ['user', 'moderator']) {
      expect([role, (await (await signedIn(role)).open('/admin/audit')).status]).toEqual([role, 403]);
    }
    expect((await new PageBrowser(app).open('/admin/audit')).location).toBe('/?next=%2Fadmin%2Faudit');
    expect((await browser.open('/admin/audit')).html).toContain('href="/admin/audit" aria-current="page"');
  });

  it('says who did what to whom, by name, from where and how', async () => {
    const user = await world.aUser();
    await admin.api.changePerson(user.id, { role: 'moderator', firstName: 'Anna', lastName: 'Ivanova' });
    const { html } = await browser.open(about(user, '&action=users.role_changed'));
    const [row = ''] = rowsIn(html);
    expect(row).toContain('Set a role');
    expect(row).toContain(`<a href="/admin/people/${admin.id}"><bdi>+7 *** ***-**-${admin.phone.slice(-2)}</bdi></a>`);
    expect(row).toContain(`<a href="/admin/people/${user.id}"><bdi>Anna Ivanova</bdi></a>`);
    expect(row).toContain(admin.address.replace(/\.\d+$/, '.*'));
    expect(row).toMatch(/<dt>to<\/dt><dd><bdi>moderator<\/bdi>/);
    expect(rowsIn(html)).toHaveLength(1);
  });

  it('shows one person, or one kind of entry, or all when nothing is chosen', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    await admin.api.changePerson(user.id, { city: 'Omsk' });
    await admin.api.changePerson(other.id, { city: 'Omsk' });
    const one = await browser.open(about(user, '&action='));
    expect(one.html).toContain(`/admin/people/${user.id}`);
    expect(one.html).not.toContain(`/admin/people/${other.id}`);
    expect(one.html).toContain(`name="userId" value="${user.id}"`);
    const kind = await browser.open('/admin/audit?userId=&action=users.profile_changed');
    for (const { id } of [user, other]) expect(kind.html).toContain(`/admin/people/${id}`);
    expect(rowsIn(kind.html).every((row) => row.includes('Changed a profile'))).toBe(true);
    expect((await browser.open('/admin/audit?userId=7')).status).toBe(422);
  });

  it('shows the newest first, each once, page by page', async () => {
    const user = await world.aUser();
    for (const city of ['Kazan', 'Perm', 'Omsk']) await admin.api.changePerson(user.id, { city });
    let path: string | undefined = about(user, '&action=users.profile_changed');
    const seen: string[] = [];
    while (path !== undefined) {
      const { html } = await browser.open(`${path}&limit=1`);
      seen.push(...rowsIn(html).map((row) => /datetime="([^"]+)"/.exec(row)?.[1] ?? ''));
      path = nextIn(html);
    }
    expect(seen).toHaveLength(3);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it('writes down that it was read', async () => {
    const user = await world.aUser();
    await browser.open(about(user));
    expect(rowsIn((await browser.open(about(user, '&action=audit.viewed'))).html)).toHaveLength(1);
  });

  it('keeps what was done to somebody who was deleted since, without a way to them', async () => {
    const user = await world.aUser();
    await admin.api.deletePerson(user.id);
    const { html } = await browser.open(about(user, '&action=users.deleted'));
    expect(rowsIn(html)).toHaveLength(1);
    expect(html).toContain(user.id);
    expect(html).not.toContain(`href="/admin/people/${user.id}"`);
  });

  it('says how often a failure came', async () => {
    await goToFullHour(app);
    const user = await world.aUserWithPassword('four words of mine');
    for (const password of ['not these words', 'nor those words']) await user.logIn(password);
    expect((await browser.open(about(user, '&action=auth.password_failed'))).html).toContain('2 times');
  });

  it.each([
    ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a turn of direction', '\u202egnp.exe', '<bdi>\u202egnp.exe</bdi>'],
    ['10 000 characters', 'W'.repeat(10_000), '<bdi>WWW'],
  ])('shows %s in names and details as text', async (_, text, shown) => {
    const user = await world.aUser();
    await app.sql('UPDATE users SET first_name = $2 WHERE id = $1', [user.id, text]);
    const details = { reason: text, [text.slice(0, 30)]: [text, { deep: text }], nothing: null };
    await app.sql(
      `INSERT INTO audit_entries (id, action, subject_id, details) VALUES (gen_random_uuid(), 'users.blocked', $1, $2)`,
      [user.id, JSON.stringify(details)],
    );
    const { status, html } = await browser.open(about(user, '&action=users.blocked'));
    expect(status).toBe(200);
    expect(html.split(shown).length).toBeGreaterThan(2);
    expect(html).not.toContain('<script>alert');
  });

  it('has a name for every action in both languages, and shows one that it does not know as it is', async () => {
    const texts = new PageTexts(join(PROJECT_ROOT, 'views/texts'));
    const named = (locale: 'en' | 'ru') =>
      AUDIT_ACTIONS.filter((action) => texts.find(locale, `audit.actions.${action}`));
    expect([named('en'), named('ru')]).toEqual([AUDIT_ACTIONS, AUDIT_ACTIONS]);
    const user = await world.aUser();
    await app.sql(
      `INSERT INTO audit_entries (id, action, subject_id, details) VALUES (gen_random_uuid(), 'new.deed', $1, '{}')`,
      [user.id],
    );
    expect((await browser.open(about(user, '&action=new.deed'))).html).toContain('new.deed');
  });
});
