import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone } from '../support/world.js';
import { PageBrowser } from '../support/page-browser.js';

const PASSWORD = 'four quiet walnuts sing';

describe('What a fresh sign-in allows on the profile page', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  async function signedIn(options = {}): Promise<PageBrowser> {
    const browser = new PageBrowser(app, options);
    await browser.signIn();
    return browser;
  }
  const submit = (browser: PageBrowser, form: string, fields: Record<string, string> = {}) =>
    browser.submit(`/profile/${form}`, fields, '/profile');
  const profileOf = async (browser: PageBrowser) => (await browser.open('/profile')).html;
  async function addEmail(browser: PageBrowser): Promise<string> {
    const email = `${browser.contact.slice(1)}@example.com`;
    await submit(browser, 'contacts/email', { email });
    await browser.submit('/confirm', { code: await browser.readCode(email) });
    return email;
  }

  it('another phone, once the code that went to it is typed', async () => {
    const browser = await signedIn();
    const phone = freshPhone();
    const asked = await submit(browser, 'contacts/phone', { phone });
    expect([asked.status, asked.location]).toEqual([303, '/confirm']);
    expect(await profileOf(browser)).not.toContain(phone);
    const confirmed = await browser.submit('/confirm', { code: await browser.readCode(phone) });
    expect(confirmed.location).toBe('/profile');
    const html = await profileOf(browser);
    expect([html.includes(phone), html.includes(browser.contact)]).toEqual([true, false]);
  });

  it('no phone that is none: the form stays open with what was typed, and says so', async () => {
    const browser = await signedIn();
    const { status, html } = await submit(browser, 'contacts/phone', { phone: '8 912 000' });
    expect(status).toBe(422);
    expect(html).toMatch(/<details open>[^]*?action="\/profile\/contacts\/phone"[^]*?value="8 912 000" /);
    expect(html.match(/<details open>/g)).toHaveLength(1);
  });

  it('giving a contact up, but never the last one', async () => {
    const browser = await signedIn();
    expect(await profileOf(browser)).not.toContain('/remove"');
    const refused = await submit(browser, 'contacts/phone/remove');
    expect(refused.status).toBe(409);
    const email = await addEmail(browser);
    expect((await submit(browser, 'contacts/phone/remove')).location).toBe('/profile');
    const html = await profileOf(browser);
    expect([html.includes(email), html.includes(browser.contact)]).toEqual([true, false]);
  });

  it('a password, by which one can sign in from then on', async () => {
    const browser = await signedIn();
    expect(await profileOf(browser)).toContain('Set a password');
    expect((await submit(browser, 'password', { newPassword: 'password' })).status).toBe(422);
    expect((await submit(browser, 'password', { newPassword: PASSWORD })).location).toBe('/profile');
    expect(await profileOf(browser)).toContain('Change the password');
    const other = new PageBrowser(app);
    const signed = await other.submit('/password', { username: browser.contact, password: PASSWORD });
    expect(signed.location).toBe('/profile');
  });

  it('everything that is held on the person, as a file', async () => {
    const browser = await signedIn();
    const { status, headers, html } = await submit(browser, 'export');
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe('attachment; filename="account.json"');
    expect(JSON.parse(html)).toMatchObject({ profile: { phone: browser.contact } });
    expect(html).toContain('users.exported');
  });

  it('deleting oneself, by a box that was ticked; the browser is signed out then', async () => {
    const browser = await signedIn();
    const unticked = await browser.submit('/profile/delete');
    expect(unticked.status).toBe(422);
    expect(unticked.html).toContain('Tick the box');
    const deleted = await browser.submit('/profile/delete', { understood: 'yes' });
    expect([deleted.status, deleted.location]).toEqual([303, '/']);
    expect([...browser.cookies.keys()]).not.toContain('session');
    expect((await browser.open('/')).html).toContain('Your account is deleted.');
    expect(await app.sql('SELECT FROM users WHERE phone = $1', [browser.contact])).toEqual([]);
  });

  describe('ten minutes later', () => {
    const FORMS: [string, Record<string, string>][] = [
      ['contacts/phone', { phone: '+79123456789' }],
      ['contacts/email/remove', {}],
      ['password', { newPassword: 'six quiet walnuts sing' }],
      ['export', {}],
      ['delete', { understood: 'yes' }],
    ];

    it('nothing of it: the page leads to where one shows that it is oneself', async () => {
      const browser = await signedIn();
      const email = await addEmail(browser);
      await app.advance('11 minutes');
      for (const [form, fields] of FORMS) {
        const { status, html } = await submit(browser, form, fields);
        expect([form, status]).toEqual([form, 403]);
        expect(html).toContain('href="/again?next=%2Fprofile');
      }
      expect(await profileOf(browser)).toContain(email);
    });

    it('all of it by the current password, which a field asks for', async () => {
      const browser = await signedIn();
      await addEmail(browser);
      await submit(browser, 'password', { newPassword: PASSWORD });
      expect(await profileOf(browser)).not.toContain('name="currentPassword"');
      await app.advance('11 minutes');
      expect(await profileOf(browser)).toContain('name="currentPassword"');
      for (const [form, fields] of FORMS) {
        expect([form, (await submit(browser, form, { ...fields, currentPassword: 'wrong' })).status]).toEqual([
          form,
          403,
        ]);
      }
      const proven = { currentPassword: PASSWORD };
      expect((await submit(browser, 'contacts/email/remove', proven)).location).toBe('/profile');
      expect((await submit(browser, 'export', proven)).status).toBe(200);
      expect((await submit(browser, 'delete', { understood: 'yes', ...proven })).location).toBe('/');
    });
  });
});
