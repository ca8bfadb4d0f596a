import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser } from '../support/page-browser.js';
import { World, wrongFor } from '../support/world.js';

describe('Signing in by pages', () => {
  let app: TestApp;

  beforeAll(async () => {
    // So that no code stands in a page by chance.
    app = await startTestApp({ OTP_LENGTH: '8' });
  });
  afterAll(() => app.close());

  it('lets somebody new in by a code, and keeps them signed in by a cookie that scripts cannot read', async () => {
    const browser = new PageBrowser(app);
    const asked = await browser.submit('/', { contact: browser.contact });
    expect([asked.status, asked.location]).toEqual([303, '/confirm']);
    const confirmed = await browser.submit('/confirm', { code: await browser.readCode() });
    expect([confirmed.status, confirmed.location]).toEqual([303, '/profile']);
    const session = confirmed.headers['set-cookie']?.find((cookie) => cookie.startsWith('session='));
    expect(session).toMatch(/; HttpOnly; SameSite=Lax/);
    expect((await browser.open('/')).location).toBe('/profile');
  });

  it('shows the form again with what was typed, and what is wrong beside the field', async () => {
    const browser = new PageBrowser(app);
    const page = await browser.submit('/', { contact: '8 912 <000>' });
    expect(page.status).toBe(422);
    expect(page.html).toContain('value="8 912 &lt;000&gt;"');
    expect(page.html).toContain('No such phone number exists.');
  });

  it('says how many attempts are left after a wrong code, and never shows the code again', async () => {
    const browser = new PageBrowser(app);
    await browser.submit('/', { contact: browser.contact });
    const wrong = wrongFor(await browser.readCode());
    expect((await browser.submit('/confirm', { code: wrong })).location).toBe('/confirm');
    const page = await browser.open('/confirm');
    expect(page.html).toContain('That code is not right.');
    expect(page.html).toContain('4 attempts left');
    expect(page.html).not.toContain(wrong);
    // Loaded again it costs nothing, and says so once.
    const again = await browser.open('/confirm');
    expect(again.html).toContain('4 attempts left');
    expect(again.html).not.toContain('That code is not right.');
  });

  it('takes no form without the token of its page, nor from another site', async () => {
    const browser = new PageBrowser(app);
    await browser.open('/');
    expect((await browser.post('/', { contact: browser.contact })).status).toBe(403);
    const { html } = await browser.open('/');
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    for (const site of ['cross-site', 'same-site', 'none']) {
      const page = await browser.post('/', { csrf, contact: browser.contact }, { 'sec-fetch-site': site });
      expect([site, page.status]).toEqual([site, 403]);
    }
    expect((await browser.post('/', { csrf, contact: browser.contact })).status).toBe(303);
  });

  it('knows no Bearer token on a page, and no cookie in the API', async () => {
    const user = await new World(app).aUser();
    const bearer = new PageBrowser(app);
    const { location } = await bearer.open('/profile', { authorization: `Bearer ${user.tokens.accessToken}` });
    expect(location).toBe('/?next=%2Fprofile');
    const browser = new PageBrowser(app);
    await browser.signIn();
    expect((await browser.open('/api/v1/users/me')).status).toBe(401);
  });

  it('tells a browser of an address that is nobody’s by a page, and a program by a problem', async () => {
    const browser = new PageBrowser(app);
    const page = await browser.open('/nowhere', { accept: 'text/html,*/*;q=0.8' });
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/api/v1/nowhere', 'text/html'],
    ] as const) {
      const problem = await browser.open(path, { accept });
      expect(problem.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });
});
