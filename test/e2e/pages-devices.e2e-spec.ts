import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';

const PAGE = '/profile/devices';

describe('The devices on which somebody is signed in, by pages', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  /** Browsers of one person, all signed in. */
  async function browsersOf(count: number): Promise<[PageBrowser, ...PageBrowser[]]> {
    const first = new PageBrowser(app);
    const others = Array.from({ length: count - 1 }, () => new PageBrowser(app, { phone: first.contact }));
    for (const browser of [first, ...others]) {
      await browser.signIn();
      // So that the next one may ask for a code.
      await app.advance('21 s');
    }
    return [first, ...others];
  }

  const sessionOf = (browser: PageBrowser): string => browser.cookies.get('session')?.split('.')[0] ?? '';
  const endOf = (browser: PageBrowser): string => `${PAGE}/${sessionOf(browser)}/end`;
  const isSignedIn = async (browser: PageBrowser) => (await browser.open(PAGE)).status === 200;

  it('are all shown, with the address masked, and the one in hand is marked and cannot be ended like the others', async () => {
    const [first, second] = await browsersOf(2);
    const { status, html } = await first.open(PAGE);
    expect(status).toBe(200);
    expect(html.match(/This device/g)).toHaveLength(1);
    expect(html.match(/<li>\s*<div>/g)).toHaveLength(2);
    expect(html).not.toContain(first.address);
    expect(html).toContain(`${first.address.split('.').slice(0, 3).join('.')}.*`);
    expect(html).not.toContain(endOf(first));
    expect(html).toContain(endOf(second ?? first));
  });

  it('can be signed out from another: the browser there is led to sign in at its next page, and at its next form', async () => {
    const [first, second, third] = await browsersOf(3);
    if (!second || !third) throw new Error('two others are needed');
    const csrf = tokenIn((await third.open(PAGE)).html);
    for (const other of [second, third]) {
      const ended = await first.submit(endOf(other), {}, PAGE);
      expect([ended.status, ended.location]).toEqual([303, PAGE]);
    }
    expect((await first.open(PAGE)).html).toContain('That device is signed out.');
    const { location } = await second.open(PAGE);
    expect(location).toBe('/?next=%2Fprofile%2Fdevices');
    expect((await second.open('/')).html).toContain('Sign in first.');
    const form = await third.post(`${PAGE}/end-others`, { csrf });
    expect([form.status, form.location]).toEqual([303, '/']);
    expect(await isSignedIn(first)).toBe(true);
  });

  it('can all be signed out but the one in hand', async () => {
    const [first, second, third] = await browsersOf(3);
    const bystander = new PageBrowser(app);
    await bystander.signIn();
    const ended = await first.submit(`${PAGE}/end-others`, {}, PAGE);
    expect([ended.status, ended.location]).toEqual([303, PAGE]);
    const left = await Promise.all([first, second ?? first, third ?? first, bystander].map(isSignedIn));
    expect(left).toEqual([true, false, false, true]);
    expect((await first.open(PAGE)).html).not.toContain('end-others');
  });

  it('of others, or that are over, are refused beside the list', async () => {
    const [[first], [stranger]] = [await browsersOf(1), await browsersOf(1)];
    for (const id of [sessionOf(stranger), 'x']) {
      const { status, html } = await first.submit(`${PAGE}/${id}/end`, {}, PAGE);
      expect([id, status]).toEqual([id, 404]);
      expect(html).toMatch(/role="alert"/);
      expect(html).toContain('Where you are signed in');
    }
    expect(await isSignedIn(stranger)).toBe(true);
  });

  it('are no business of whoever is not signed in', async () => {
    expect((await new PageBrowser(app).open(PAGE)).location).toBe('/?next=%2Fprofile%2Fdevices');
  });
});
