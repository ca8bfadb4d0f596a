import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser } from '../support/page-browser.js';

describe('The page of one’s own profile', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  async function signedIn(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    return browser;
  }
  const save = (browser: PageBrowser, fields: Record<string, string>) =>
    browser.submit('/profile/fields', fields, '/profile');

  it('is shown to whoever is signed in, and leads all others to sign-in and back', async () => {
    const { location } = await new PageBrowser(app).open('/profile');
    expect(location).toBe('/?next=%2Fprofile');
    const browser = await signedIn();
    const { status, html } = await browser.open('/profile');
    expect(status).toBe(200);
    expect(html).toContain(browser.contact.slice(1));
  });

  it('keeps what is written, and clears what is left empty', async () => {
    const browser = await signedIn();
    const saved = await save(browser, { firstName: 'Anna', lastName: 'Petrova', city: 'Kazan', telegramId: 'anna_p' });
    expect([saved.status, saved.location]).toEqual([303, '/profile']);
    const { html } = await browser.open('/profile');
    for (const value of ['Anna', 'Petrova', 'Kazan', '@anna_p']) expect(html).toContain(`value="${value}"`);
    await save(browser, { firstName: 'Anna', lastName: '' });
    const after = (await browser.open('/profile')).html;
    expect(after).not.toContain('Petrova');
    expect(after).toContain('value="Kazan"');
  });

  it('speaks the language that is chosen there', async () => {
    const browser = await signedIn();
    await save(browser, { locale: 'ru' });
    expect((await browser.open('/profile')).html).toContain('<html lang="ru">');
    await save(browser, { locale: '' });
    expect((await browser.open('/profile')).html).toContain('<html lang="en">');
  });

  it('keeps what was typed when it is refused, says why beside the field, and leads there', async () => {
    const browser = await signedIn();
    const { status, html } = await save(browser, { firstName: 'Anna', username: '1 <b>' });
    expect(status).toBe(422);
    expect(html).toContain('value="Anna"');
    expect(html).toMatch(/value="1 &lt;b&gt;"[^>]* autofocus aria-invalid="true"/);
    expect(html).toContain('Choose 3 to 30 letters');
    expect((await browser.open('/profile')).html).not.toContain('value="Anna"');
  });

  it('says that a username belongs to somebody else, within its form', async () => {
    await save(await signedIn(), { username: 'first_of_all' });
    const { status, html } = await save(await signedIn(), { username: 'first_of_all' });
    expect(status).toBe(409);
    expect(html).toMatch(/action="\/profile\/fields">[^]*?role="alert" tabindex="-1" autofocus>This username belongs/);
  });

  it('shows names as the text that they are, and refuses those that would turn or flood what stands around', async () => {
    const browser = await signedIn();
    await save(browser, { firstName: '<script>alert(1)</script>', lastName: '"><img src=x onerror=alert(1)>' });
    const { html } = await browser.open('/profile');
    expect(html).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toMatch(/<script>|<img src=x/);
    for (const firstName of ['\u202egnp.exe', 'x'.repeat(10_000)]) {
      const refused = await save(browser, { firstName });
      expect(refused.status).toBe(422);
      expect(refused.html).toContain('Type at most 100 visible characters');
    }
  });

  it('leads whoever comes back to the address of a form to the page', async () => {
    const browser = await signedIn();
    for (const form of [
      'fields',
      'avatar',
      'invite',
      'contacts/email',
      'contacts/phone/remove',
      'password',
      'export',
    ]) {
      expect([form, (await browser.open(`/profile/${form}`)).location]).toEqual([form, '/profile']);
    }
  });

  it('is there in Russian', async () => {
    const browser = new PageBrowser(app, { language: 'ru' });
    await browser.signIn();
    for (const path of ['/profile', '/profile/delete']) {
      expect((await browser.open(path)).html).toMatch(/<html lang="ru">[^]*<h1>[^<]*[А-я]/);
    }
  });
});
