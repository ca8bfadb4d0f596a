import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';
import { type PageRoute, pageRoutes } from '../support/page-routes.js';

describe('The routes of pages', () => {
  let app: TestApp;
  let routes: PageRoute[];
  let user: PageBrowser;

  beforeAll(async () => {
    app = await startTestApp();
    routes = pageRoutes(app.config);
    user = new PageBrowser(app);
    await user.signIn();
  });
  afterAll(() => app.close());

  const named = ({ method, path }: PageRoute) => `${method} ${path}`;
  /** What all of those answer, by their names. */
  async function answers(asked: readonly PageRoute[], ask: (route: PageRoute) => Promise<unknown>) {
    const answered: [string, unknown][] = [];
    for (const route of asked) answered.push([named(route), await ask(route)]);
    return answered;
  }
  const all = (asked: readonly PageRoute[], answer: unknown) => asked.map((route) => [named(route), answer]);

  it('are all known here, and only read or take forms', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter(({ method }) => !['GET', 'POST'].includes(method)).map(named)).toEqual([]);
  });

  it('lead whoever is not signed in to the sign-in page, and back to where they wanted to go', async () => {
    const closed = routes.filter(({ isOpen, method }) => !isOpen && method === 'GET');
    const stranger = new PageBrowser(app);
    const wanted = closed.map((route) => [named(route), [303, `/?next=${encodeURIComponent(route.path)}`]]);
    expect(
      await answers(closed, async ({ path }) => {
        const { status, location } = await stranger.open(path);
        return [status, location];
      }),
    ).toEqual(wanted);
  });

  it('do nothing for whoever is not signed in and sends a form', async () => {
    const closed = routes.filter(({ isOpen, method }) => !isOpen && method === 'POST');
    const stranger = new PageBrowser(app);
    const csrf = tokenIn((await stranger.open('/')).html);
    const written = await writtenIn(app);
    expect(
      await answers(closed, async ({ path, takesFile }) => {
        const { status, location } = await stranger.post(path, { csrf }, takesFile ? MULTIPART : {});
        return [status, location];
      }),
    ).toEqual(all(closed, [303, '/']));
    expect(await writtenIn(app)).toEqual(written);
  });

  it('take no form without the token of its page, open or not', async () => {
    const forms = routes.filter(({ method, roles }) => method === 'POST' && !roles);
    expect(forms.length).toBeGreaterThan(10);
    const refused = async ({ path }: PageRoute) => (await user.post(path, { csrf: 'x' })).status >= 400;
    expect(await answers(forms, refused)).toEqual(all(forms, true));
  });

  it('of staff ask for a role that people do not have', async () => {
    const staff = routes.filter(({ path }) => path.startsWith('/admin'));
    expect(staff.filter(({ roles }) => !roles || roles.includes('user')).map(named)).toEqual([]);
    const csrf = tokenIn((await user.open('/admin/sending')).html);
    const status = async ({ method, path }: PageRoute) =>
      (method === 'GET' ? await user.open(path) : await user.post(path, { csrf })).status;
    expect(await answers(staff, status)).toEqual(all(staff, 403));
  });

  it('are kept by no cache, and run and load nothing from elsewhere', async () => {
    const open = routes.filter(({ isOpen, method }) => isOpen && method === 'GET');
    expect(open.length).toBeGreaterThan(3);
    for (const { path } of [...open, { path: '/profile' }, { path: '/nowhere' }]) {
      const { headers } = await user.open(path, { accept: 'text/html' });
      expect([path, headers['cache-control']]).toEqual([path, 'no-store']);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
  });
});

const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };

/** How much there is of everything that a form could have made. */
const writtenIn = async (app: TestApp) =>
  app.sql('SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM users), (SELECT count(*) FROM audit_entries)');
