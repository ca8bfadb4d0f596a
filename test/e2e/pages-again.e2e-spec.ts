import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser } from '../support/page-browser.js';
import { freshEmail } from '../support/world.js';

const NEXT = '/again?next=%2Fprofile%2Fdevices';

describe('Confirming by pages that it is still the same person', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  async function aBrowser(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    return browser;
  }

  /** Somebody whose sign-in is older than ten minutes. */
  async function aStaleBrowser(): Promise<PageBrowser> {
    const browser = await aBrowser();
    await app.advance('601 s');
    return browser;
  }

  const own = async (browser: PageBrowser, column: string, value: string | null) =>
    app.sql(`UPDATE users SET ${column} = $2 WHERE phone = $1`, [browser.contact, value]);

  it('sends a code to the own phone, signs in anew by it, ends the session before, and goes on', async () => {
    const browser = await aStaleBrowser();
    const before = browser.cookies.get('session');
    const asked = await browser.submit('/again', { by: 'phone', next: '/profile/devices' }, NEXT);
    expect([asked.status, asked.location]).toEqual([303, '/confirm']);
    const confirmed = await browser.submit('/confirm', { code: await browser.readCode() });
    expect(confirmed.location).toBe('/profile/devices');
    expect(browser.cookies.get('session')).not.toBe(before);
    const live = await app.sql<{ id: string }>(
      `SELECT session.id FROM sessions session JOIN users person ON person.id = user_id
       WHERE person.phone = $1 AND ended_at IS NULL`,
      [browser.contact],
    );
    expect(live.map(({ id }) => id)).toEqual([browser.cookies.get('session')?.split('.')[0]]);
    expect((await browser.open(NEXT)).location).toBe('/profile/devices');
  });

  it('offers the own contacts, masked, and sends to whichever is chosen', async () => {
    const browser = await aStaleBrowser();
    const email = freshEmail();
    await own(browser, 'email', email);
    const { html } = await browser.open(NEXT);
    expect(html).toContain(`Send a code to +7 *** ***-**-${browser.contact.slice(-2)}`);
    expect(html).toContain('Send a code to v***@example.com');
    expect(html).not.toContain(email);
    await browser.submit('/again', { by: 'email' }, NEXT);
    expect((await browser.open('/confirm')).html).toContain('v***@example.com');
  });

  it('asks nothing of whoever has signed in just now', async () => {
    expect((await (await aBrowser()).open(NEXT)).location).toBe('/profile/devices');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example'])('never leads to %s', async (next) => {
    const address = `/again?next=${encodeURIComponent(next)}`;
    expect((await (await aBrowser()).open(address)).location).toBe('/profile');
    const browser = await aStaleBrowser();
    // Only the switch of languages comes back to the very address, which is this page.
    expect((await browser.open(address)).html).toContain('name="next" value="/profile"');
    await browser.submit('/again', { by: 'phone', next }, NEXT);
    const confirmed = await browser.submit('/confirm', { code: await browser.readCode() });
    expect(confirmed.location).toBe('/profile');
  });

  it('shows why no code is sent, and still where it leads', async () => {
    const browser = await aStaleBrowser();
    await browser.submit('/again', { by: 'phone', next: '/profile/devices' }, NEXT);
    const again = new PageBrowser(app, { phone: browser.contact });
    await again.submit('/', { contact: again.contact });
    const { status, html } = await browser.submit('/again', { by: 'phone', next: '/profile/devices' }, NEXT);
    expect(status).toBe(429);
    expect(html).toContain('role="alert"');
    expect(html).toContain('value="/profile/devices"');
  });

  it('sends nothing to a contact that is gone, and tells whoever has none what to do', async () => {
    const browser = await aStaleBrowser();
    const asked = await browser.submit('/again', { by: 'email', next: '/profile/devices' }, NEXT);
    expect(asked.location).toBe(NEXT);
    await own(browser, 'phone', null);
    const { status, html } = await browser.open(NEXT);
    expect(status).toBe(200);
    expect(html).toContain('sign in again with your password');
    expect(html).not.toContain('name="by"');
  });

  it('is for those who are signed in', async () => {
    expect((await new PageBrowser(app).open('/again')).location).toBe('/?next=%2Fagain');
  });
});
