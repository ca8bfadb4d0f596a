import type { ReferralStats } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addInvitees, shownNetwork } from '../support/edges.js';
import { makeInvited } from '../support/invited.js';
import { PageBrowser } from '../support/page-browser.js';
import { type User, World } from '../support/world.js';

const PAGES = ['', '/leaderboard', '/signals', '/export.csv'];
const UNKNOWN = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';

describe('The pages of invitations', () => {
  let app: TestApp;
  let world: World;
  let browser: PageBrowser;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    moderator = await world.aModerator();
    browser = await aBrowserOf('moderator');
  });

  beforeEach(async () => {
    await app.sql('TRUNCATE referrals, inviters, invite_days');
  });

  afterAll(() => app.close());

  async function aBrowserOf(role: string): Promise<PageBrowser> {
    const opened = new PageBrowser(app);
    await opened.signIn();
    await app.sql('UPDATE users SET role = $2 WHERE phone = $1', [opened.contact, role]);
    return opened;
  }

  async function page(path = '', by = browser): Promise<string> {
    const { status, html } = await by.open(`/admin/referrals${path}`);
    expect([path, status]).toEqual([path, 200]);
    return html;
  }

  async function anInviterOf(invitees: number, firstName: string | null = null): Promise<User> {
    const inviter = await world.aUser();
    await inviter.api.changeProfile({ firstName });
    if (invitees > 0) await makeInvited(app, inviter.id, invitees);
    return inviter;
  }

  const all = (html: string, pattern: RegExp): string[] => [...html.matchAll(pattern)].map(([, found = '']) => found);
  const personLinks = (html: string): string[] => all(html, /href="\/admin\/people\/([^"]+)"/g);
  const treeLinks = (html: string): string[] => all(html, /href="\/admin\/referrals\/tree\/([^"?]+)/g);

  it('are for moderators and administrators; whoever is signed out is led to sign-in and back', async () => {
    const [user, admin] = [await aBrowserOf('user'), await aBrowserOf('admin')];
    const { id } = await world.aUser();
    for (const path of [...PAGES, `/tree/${id}`]) {
      expect([path, (await user.open(`/admin/referrals${path}`)).status]).toEqual([path, 403]);
      const { status, location } = await new PageBrowser(app).open(`/admin/referrals${path}`);
      expect([status, location]).toEqual([303, `/?next=${encodeURIComponent(`/admin/referrals${path}`)}`]);
      await page(path, admin);
      await page(path);
    }
  });

  it('are kept by nobody, and hold no styles or scripts of their own', async () => {
    const { id } = await anInviterOf(3);
    for (const path of ['', '/leaderboard', '/signals', `/tree/${id}`]) {
      const { html, headers } = await browser.open(`/admin/referrals${path}`);
      expect(headers['cache-control']).toBe('no-store');
      expect(html).not.toMatch(/ style=|<style|<script(?! type="module" src=)| on\w+=/);
    }
  });

  describe('statistics', () => {
    const stats = async (from: Date): Promise<ReferralStats> =>
      (await moderator.api.referralStats({ from: from.toISOString().slice(0, 10) })).body;
    const daysAgo = (days: number): Date => new Date(app.clock.now().getTime() - days * 86_400_000);

    it.each([7, 30, 90])('of %i days say what the API says, in numbers, as a chart and as a table', async (days) => {
      const inviter = await anInviterOf(2);
      await makeInvited(app, inviter.id, [{ at: daysAgo(3) }, { at: daysAgo(5) }, { at: daysAgo(40) }]);
      await app.sql(`INSERT INTO invite_days (day, opens) VALUES ((clock_now() - interval '2 days')::date, 1234)`);
      const { items, totals } = await stats(daysAgo(days - 1));
      const html = await page(`?days=${days}`);
      const numbers = [totals.opens, totals.newPeople, totals.activations];
      const shown = (count: number) => new Intl.NumberFormat('en').format(count);
      expect(all(html, /<dd>([^<]+)<\/dd>/g)).toEqual(numbers.map(shown));
      expect(all(html, /<rect class="(column)"/g)).toHaveLength(days);
      const rows = items.map((each) => [each.opens, each.newPeople, each.activations].map(shown)).reverse();
      expect(all(html, /<tr><th scope="row">[^<]+<\/th>(.*?)<\/tr>/g).map((row) => all(row, /<td>([^<]+)/g))).toEqual([
        ...rows,
        numbers.map(shown),
      ]);
      expect(html).toContain(`aria-current="true">${days} days`);
    });

    it('are of 30 days unless others are chosen, and of no other number', async () => {
      expect(await page()).toContain('aria-current="true">30 days');
      expect((await browser.open('/admin/referrals?days=31')).status).toBe(422);
    });

    it('say in words how many codes come of a hundred links and people', async () => {
      await app.sql(`INSERT INTO invite_days (day, opens) VALUES (clock_now()::date, 800)`);
      await anInviterOf(20);
      expect(await page('?days=7')).toContain('For every 100 opened links 2.5 codes were activated.');
      await app.sql('TRUNCATE invite_days');
      expect(await page('?days=7')).not.toContain('opened links');
    });

    it('say something kind when nothing has happened', async () => {
      await app.sql(`UPDATE users SET created_at = created_at - interval '1 year'`);
      const html = await page();
      expect(html).toContain('Quiet days');
      expect(html).not.toContain('<svg');
    });
  });

  it('export the file of the API, as a stream', async () => {
    await anInviterOf(3, '=HYPERLINK("x")');
    const { text } = await moderator.api.exportReferrals();
    const { html, headers } = await browser.open('/admin/referrals/export.csv');
    // `fetch` takes the byte order mark away.
    expect(html).toBe(`\uFEFF${text}`);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="referrals-\d{4}-\d\d-\d\d\.csv"$/);
    expect([headers['transfer-encoding'], headers['content-length']]).toEqual(['chunked', undefined]);
    const { html: none } = await browser.open('/admin/referrals/export.csv?from=2025-01-01&to=2025-01-31');
    expect(none.trim().split('\r\n')).toHaveLength(1);
    expect((await browser.open('/admin/referrals/export.csv?from=2025-02-01&to=2025-01-31')).status).toBe(422);
  });

  it('show the leaderboard page by page, with the ways to persons and trees', async () => {
    const ranked = [await anInviterOf(3, 'Anna'), await anInviterOf(2), await anInviterOf(1)].map(({ id }) => id);
    const first = await page('/leaderboard?limit=2');
    expect([personLinks(first), treeLinks(first)]).toEqual([ranked.slice(0, 2), ranked.slice(0, 2)]);
    expect(first).toContain('<bdi>Anna</bdi>');
    const [next = ''] = all(first, /rel="next" href="\/admin\/referrals([^"]+)"/g);
    const second = await page(next.replace(/&amp;|&#x3D;/g, (each) => (each === '&amp;' ? '&' : '=')));
    expect(personLinks(second)).toEqual(ranked.slice(2));
    expect(second).not.toContain('rel="next"');
    await app.sql('TRUNCATE inviters');
    expect(await page('/leaderboard')).toContain('Nobody has invited anybody yet.');
  });

  async function aFamily() {
    const [top, root] = [await anInviterOf(0, 'Above'), await world.aUser()];
    await root.api.activate(top.inviteCode);
    const [child = '', other = ''] = (await makeInvited(app, root.id, 2)).map(({ id }) => id);
    const grandchildren = (await makeInvited(app, child, 25)).map(({ id }) => id).reverse();
    return { top: top.id, root: root.id, child, other, grandchildren };
  }

  it('show the tree: who stands above, whom somebody invited level by level, and how many more', async () => {
    const { top, root, child, other, grandchildren } = await aFamily();
    const whole = await page(`/tree/${root}`);
    expect(personLinks(whole)).toEqual([top, root, other, child, ...grandchildren.slice(0, 20)]);
    expect(whole).toContain(`tree/${child}?depth=3">5 more<`);
    const shallow = await page(`/tree/${root}?depth=1`);
    expect(personLinks(shallow)).toEqual([top, root, other, child]);
    expect(shallow).toContain(`tree/${child}?depth=1">Invited 25 people<`);
    expect(await page(`/tree/${child}`)).toContain('5 more came earlier.');
    expect(await page(`/tree/${other}`)).toContain('Nobody has activated this person’s code yet.');
  });

  it('know no tree of nobody', async () => {
    for (const id of [UNKNOWN, 'x', `${UNKNOWN}'`]) {
      expect([id, (await browser.open(`/admin/referrals/tree/${encodeURIComponent(id)}`)).status]).toEqual([id, 404]);
    }
  });

  it('show signals for review only, and say that all is calm where it is', async () => {
    expect((await page('/signals')).match(/All calm/g)).toHaveLength(2);
    const inviter = await world.aUser();
    const at = new Date(app.clock.now().getTime() - 3 * 3_600_000);
    await addInvitees(
      app,
      inviter.id,
      Array.from({ length: 12 }, () => ({ at, network: 'office' })),
    );
    const html = await page('/signals');
    expect(html).toContain('For review only: nothing acts on it.');
    expect(personLinks(html)).toEqual([inviter.id, inviter.id]);
    expect(all(html, /class="strength">(\d+)</g)).toEqual(['12', '12']);
    expect(html).toContain(shownNetwork('office'));
    expect((await page('/signals?hours=1')).match(/All calm/g)).toHaveLength(2);
  });

  it('write down who looked, as the API does', async () => {
    const { id } = await anInviterOf(1);
    const paths = ['/leaderboard', `/tree/${id}?depth=2`, '/signals?hours=48', '/export.csv?from=2026-01-01'];
    for (const path of paths) await page(path);
    const written = await app.sql(
      `SELECT action, subject_id, details FROM audit_entries
       WHERE actor_id = (SELECT id FROM users WHERE phone = $1) ORDER BY id DESC LIMIT 4`,
      [browser.contact],
    );
    expect(written.reverse()).toEqual([
      { action: 'referrals.leaderboard_viewed', subject_id: null, details: { found: 1 } },
      { action: 'referrals.tree_viewed', subject_id: id, details: { depth: 2 } },
      { action: 'referrals.signals_viewed', subject_id: null, details: { hours: 48 } },
      { action: 'referrals.exported', subject_id: null, details: { from: '2026-01-01' } },
    ]);
  });

  it.each(['<script>alert(1)</script>', '\u202Egnp.exe', '"><img src=x onerror=alert(1)>', 'x'.repeat(60)])(
    'make %j harmless wherever it stands',
    async (name) => {
      const inviter = await anInviterOf(12, name);
      for (const path of ['/leaderboard', `/tree/${inviter.id}`, '/signals']) {
        const html = await page(path);
        expect(html).not.toMatch(/<script>alert|<img src=x/);
        expect(html).toMatch(new RegExp(`<a href="/admin/people/${inviter.id}"><bdi>.+</bdi>`));
      }
    },
  );

  it('speak Russian to whoever prefers it', async () => {
    await app.sql(`UPDATE users SET locale = 'ru' WHERE phone = $1`, [browser.contact]);
    const { id } = await anInviterOf(2);
    expect(await page()).toContain('Как идут приглашения');
    expect(await page(`/tree/${id}`)).toContain('Приглашено 2 человека');
    await app.sql(`UPDATE users SET locale = NULL WHERE phone = $1`, [browser.contact]);
  });
});
