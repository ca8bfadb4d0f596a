import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser } from '../support/page-browser.js';
import { type User, World } from '../support/world.js';

describe('Invitations on the profile page', () => {
  let app: TestApp;
  let inviter: User;

  beforeAll(async () => {
    app = await startTestApp();
    inviter = await new World(app).aUser();
  });
  afterAll(() => app.close());

  const codeOf = ({ tokens }: User) => tokens.user.inviteCode;
  async function signedIn(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    return browser;
  }
  const activate = (browser: PageBrowser, inviteCode: string) =>
    browser.submit('/profile/invite', { inviteCode }, '/profile');
  const ownCodeIn = (html: string) => /class="code own-code">(\w{6})</.exec(html)?.[1] ?? '';

  it('shows one’s own code, its link, and the link as a picture for nobody else', async () => {
    const browser = await signedIn();
    const { html } = await browser.open('/profile');
    expect(html).toContain(`value="${app.config.http.publicUrl}/i/${ownCodeIn(html)}"`);
    const qr = await browser.open('/profile/qr.svg');
    expect(qr.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(qr.html).toMatch(/^<svg /);
    expect((await new PageBrowser(app).open('/profile/qr.svg')).status).toBe(303);
  });

  it('says who will see what before a code is activated, and shows it instead of the form afterwards', async () => {
    const browser = await signedIn();
    expect((await browser.open('/profile')).html).toContain('Its owner will see your phone and your name.');
    expect((await activate(browser, codeOf(inviter).toLowerCase())).location).toBe('/profile');
    const { html } = await browser.open('/profile');
    expect(html).toContain(`<strong class="code">${codeOf(inviter)}</strong>`);
    expect(html).not.toContain('action="/profile/invite"');
  });

  it('has the code of a link in its field, which counts as come by the link until another is typed', async () => {
    const browser = await signedIn();
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    await browser.open(`/i/${codeOf(inviter)}?via=qr`, headers);
    expect((await browser.open('/profile')).html).toMatch(
      new RegExp(`name="inviteCode" type="text" value="${codeOf(inviter)}"`),
    );
    await activate(browser, codeOf(inviter));
    const other = await signedIn();
    await other.open(`/i/${codeOf(inviter)}?via=qr`, headers);
    await activate(other, codeOf(await new World(app).aUser()));
    const edges = await app.sql<{ via: string }>('SELECT via FROM referrals ORDER BY activated_at DESC LIMIT 2');
    expect(edges.map(({ via }) => via)).toEqual(['typed', 'qr']);
    expect([...browser.cookies.keys()]).not.toContain('invite');
  });

  it('can be forgotten before it counts', async () => {
    const browser = await signedIn();
    await browser.open(`/?invite=${codeOf(inviter)}&via=link`);
    await browser.open(`/i/${codeOf(inviter)}`, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' });
    await browser.submit('/invite/forget', {}, '/profile');
    expect((await browser.open('/profile')).html).not.toContain(codeOf(inviter));
  });

  it('says within its form why a code was not activated, with what was typed', async () => {
    const browser = await signedIn();
    const own = ownCodeIn((await browser.open('/profile')).html);
    const { status, html } = await activate(browser, own);
    expect(status).toBe(409);
    expect(html).toMatch(/action="\/profile\/invite"[^]*?role="alert"[^>]*>This is your own invite code/);
    expect(html).toMatch(new RegExp(`name="inviteCode" type="text" value="${own}"`));
  });

  it('says it also when another code was activated meanwhile, and the form is there no longer', async () => {
    const browser = await signedIn();
    await activate(browser, codeOf(inviter));
    const another = codeOf(await new World(app).aUser());
    const { status, html } = await browser.submit('/profile/invite', { inviteCode: another }, '/profile');
    expect(status).toBe(409);
    expect(html).toMatch(/role="alert">You have activated an invite code already/);
    expect(html).not.toContain('action="/profile/invite"');
  });
});
