import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';

const HTML = { accept: 'text/html,*/*;q=0.8' };

/** Where the form of the languages leads back to. */
const backIn = (html: string): string | undefined => /name="back" value="([^"]*)"/.exec(html)?.[1];

describe('Pages in the hands of whoever means ill, or errs', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  async function aSignedIn(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    return browser;
  }

  it.each(['//evil.example', '/.//evil.example', '/%2e//evil.example', '/a/..//evil.example', '/\\evil.example'])(
    'lead nowhere else by %s',
    async (next) => {
      const browser = new PageBrowser(app);
      const { html } = await browser.open(`/?next=${encodeURIComponent(next)}`);
      expect(html).not.toContain('name="next"');
      const spoken = await browser.post('/language', { csrf: tokenIn(html), language: 'ru', back: next });
      expect([spoken.status, spoken.location]).toEqual([303, '/']);
    },
  );

  it('sign in whoever comes from an address that is too long to be kept', async () => {
    const browser = new PageBrowser(app);
    const next = `/profile?q=${'a'.repeat(4_000)}`;
    const { html } = await browser.open(`/?next=${encodeURIComponent(next)}`);
    const [, kept] = /name="next" value="([^"]*)"/.exec(html) ?? [];
    const page = await browser.post('/', {
      csrf: tokenIn(html),
      contact: browser.contact,
      ...(kept && { next: kept }),
    });
    expect([page.status, page.location]).toEqual([303, '/confirm']);
    // RFC 6265bis §5.6: browsers drop a longer one.
    expect(browser.cookies.get('flow')?.length).toBeLessThan(4_096 - 'flow'.length);
  });

  it('take the forms of the page that tells of a missing one, also of somebody who is signed in', async () => {
    const browser = await aSignedIn();
    const { html } = await browser.open('/nowhere', HTML);
    const spoken = await browser.post('/language', { csrf: tokenIn(html), language: 'ru', back: '/profile' });
    expect([spoken.status, spoken.location]).toEqual([303, '/profile']);
  });

  it('take the forms of two tabs that were opened at once', async () => {
    const browser = await aSignedIn();
    browser.cookies.delete('csrf');
    const tabs = await Promise.all([browser.open('/profile'), browser.open('/profile')]);
    for (const { html } of tabs) {
      const page = await browser.post('/language', { csrf: tokenIn(html), language: 'en', back: '/profile' });
      expect(page.status).toBe(303);
    }
  });

  it('take no token of another browser, nor one from before the sign-in or after the sign-out', async () => {
    const [mine, other] = [await aSignedIn(), await aSignedIn()];
    const before = new PageBrowser(app);
    const early = tokenIn((await before.open('/')).html);
    await before.signIn();
    const late = tokenIn((await mine.open('/profile')).html);
    for (const [browser, csrf] of [
      [other, late],
      [before, early],
    ] as const) {
      expect((await browser.post('/language', { csrf, language: 'en' })).status).toBe(403);
    }
    await mine.submit('/sign-out', {}, '/profile');
    await mine.open('/');
    expect((await mine.post('/language', { csrf: late, language: 'en' })).status).toBe(403);
  });

  it('lead whoever opens the address of a form to its page, as the languages do after two refusals', async () => {
    const browser = await aSignedIn();
    const csrf = tokenIn((await browser.open('/profile')).html);
    const wrong = { csrf, username: 'x' };
    const refused = await browser.post('/profile/fields', wrong, { referer: `${app.url}/profile/fields` });
    expect([refused.status, backIn(refused.html)]).toEqual([422, '/profile/fields']);
    for (const [address, page] of [
      ['/profile/fields?a=1', '/profile'],
      ['/confirm/resend', '/confirm'],
      ['/sign-out', '/'],
    ] as const) {
      const opened = await browser.open(address, HTML);
      expect([address, opened.status, opened.location]).toEqual([address, 303, page]);
    }
    expect((await browser.open('/sign-out')).status).toBe(405);
    expect((await browser.open('/sign-out', { accept: '*/*' })).headers.allow).toBe('POST');
  });

  it('tell a browser by a page of what is too long, of another type or unreadable; a program by a problem', async () => {
    const browser = new PageBrowser(app);
    const csrf = tokenIn((await browser.open('/')).html);
    const long = { csrf, contact: 'a'.repeat(70_000) };
    for (const [status, fields, type] of [
      [413, long, 'application/x-www-form-urlencoded'],
      [415, { csrf }, 'text/plain'],
      [400, { csrf }, 'application/json'],
    ] as const) {
      const page = await browser.post('/', fields, { ...HTML, 'content-type': type });
      expect([status, page.headers['content-type']]).toEqual([page.status, 'text/html; charset=utf-8']);
      expect(page.html).not.toMatch(/JSON|API|Allow/);
      const problem = await browser.post('/', fields, { 'content-type': type });
      expect([status, problem.headers['content-type']]).toEqual([
        problem.status,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('say it when a form is refused for a field that it does not have', async () => {
    const browser = new PageBrowser(app);
    const page = await browser.submit('/', { contact: browser.contact, ['__proto__']: '1', isAdmin: '1' });
    expect(page.status).toBe(422);
    expect(page.html).toMatch(/role="alert"[^>]*>This field is not known here/);
  });

  it('tell in words for people what is wrong with an address or a form, and lead back to its page', async () => {
    const browser = new PageBrowser(app);
    const twice = await browser.open('/?next=/a&next=/b');
    expect(twice.status).toBe(422);
    expect(twice.html).not.toContain('errors');
    const stale = await browser.post('/', { contact: browser.contact }, { referer: `${app.url}/?next=%2Fagain` });
    expect(stale.status).toBe(403);
    expect(stale.html).toContain('href="/?next&#x3D;%2Fagain"');
    expect(stale.html).not.toContain('not for you');
  });

  it('show what somebody has begun to nobody who signs in there afterwards', async () => {
    const browser = new PageBrowser(app);
    await browser.submit('/', { contact: browser.contact });
    expect((await browser.open('/confirm')).status).toBe(200);
    const signedIn = await aSignedIn();
    signedIn.cookies.set('flow', browser.cookies.get('flow') ?? '');
    const page = await signedIn.open('/confirm');
    expect([page.status, page.location]).toEqual([303, '/profile']);
    await signedIn.open('/profile');
    const typed = await signedIn.submit('/confirm', { code: await browser.readCode() }, '/profile');
    expect([typed.status, typed.location]).toEqual([303, '/']);
  });

  it('keep where somebody was going over every way to sign in', async () => {
    const browser = new PageBrowser(app);
    const ways = ['/', '/password', '/register', '/forgot'];
    for (const way of ways) {
      const { html } = await browser.open(`${way}?next=%2Fprofile%2Fdevices`);
      const links = [...html.matchAll(/<a href="(\/(?:password|register|forgot)?(?:\?[^"]*)?)"/g)].map(([, to]) => to);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links)
        expect([way, link]).toEqual([way, expect.stringContaining('?next=%2Fprofile%2Fdevices')]);
      expect(html).toContain('name="next" value="/profile/devices"');
    }
  });
});
