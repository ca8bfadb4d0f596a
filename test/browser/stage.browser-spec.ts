import { expectAccessible } from '../support/accessible.js';
import type { Browsing } from '../support/browsing.js';
import { useBrowserStage } from '../support/browser-stage.js';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src *";
const PAGE = '<!doctype html><html lang="en"><title>Made up</title><main><h1>Made up</h1>';

/** These tests are of the stage itself: a walk through good pages would pass also where nobody looks. */
describe('What the stage sees in a browser', () => {
  const stage = useBrowserStage();

  /** A browser with a page that the server does not have. */
  async function showing(body: string, { status = 200, script = '' } = {}): Promise<Browsing> {
    const browsing = await stage().aBrowser();
    const { context, page } = browsing;
    const headers = { 'content-security-policy': POLICY };
    await context.route('/made-up', (route) =>
      route.fulfill({ status, headers, contentType: 'text/html; charset=utf-8', body: PAGE + body }),
    );
    await context.route('/made-up.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await page.goto('/made-up');
    return browsing;
  }

  const scripted = (script: string) => showing('<script src="/made-up.js"></script>', { script });

  /** Fails the test by it, were it not expected here. */
  const complaint = (): Promise<string> =>
    stage()
      .closeBrowsers()
      .then(
        () => 'none',
        (error: Error) => error.message,
      );

  it('lets a page alone that does nothing wrong', async () => {
    await showing('<p>Hello');
    expect(await complaint()).toBe('none');
  });

  it('lets a form come back with what is wrong with it', async () => {
    await showing('<p>Type it again', { status: 422 });
    expect(await complaint()).toBe('none');
  });

  it('sees a server that fails', async () => {
    await showing('<p>Sorry', { status: 500 });
    expect(await complaint()).toMatch('was answered 500');
  });

  it('sees requests elsewhere, those that the policy allows and those that it refuses', async () => {
    const allowed = await scripted("fetch('http://127.0.0.1:9/allowed').catch(() => (document.title = 'asked'))");
    await allowed.page.waitForFunction(() => document.title === 'asked');
    await showing('<img alt="" src="http://example.org/refused.png">');
    const complaints = await complaint();
    expect(complaints).toMatch('a page sent a request elsewhere: http://127.0.0.1:9/allowed');
    expect(complaints).toMatch(/example\.org\/refused\.png.* violates the following Content Security Policy/);
  });

  it('sees scripts that raise, and what they complain of', async () => {
    await scripted("console.error('a pity'); throw new Error('a bug')");
    const complaints = await complaint();
    expect(complaints).toMatch('a page raised: a bug');
    expect(complaints).toMatch('says: a pity');
  });

  it.each(['<p style="color: red">Red', '<script>1</script>'])('sees %s, which the policy refuses', async (inline) => {
    await showing(inline);
    expect(await complaint()).toMatch('Content Security Policy');
  });

  it('lets pages be without JavaScript', async () => {
    const { page } = await stage().aBrowser({ javaScript: false });
    await page.route('/made-up', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `${PAGE}<noscript><p id="plain">Plain</noscript><script>throw 1</script>`,
      }),
    );
    await page.goto('/made-up');
    await page.locator('#plain').waitFor();
    expect(await complaint()).toBe('none');
  });

  it('sees a part of a page that is missing', async () => {
    await showing('<img alt="" src="/no-such-thing.png">');
    expect(await complaint()).toMatch(/no-such-thing\.png did not load/);
  });

  it('finds what is inaccessible though the policy lets no script in, in light and in dark', async () => {
    const { page } = await showing('<form><input name="nameless"></form>');
    await expect(expectAccessible(page)).rejects.toThrow(/dark: label at input: .*\nlight: label at input: /s);
    const good = await showing('<form><label>Name <input></label></form>');
    await expectAccessible(good.page);
    expect(await complaint()).toBe('none');
  });

  it('gives each browser an address, a language and a memory of its own', async () => {
    const { page } = await stage().aBrowser({ language: 'ru' });
    const other = await stage().aBrowser();
    const asked = [page, other.page].map((each) => each.waitForRequest('/health/live'));
    await Promise.all([page.goto('/health/live'), other.page.goto('/health/live')]);
    const [mine, theirs] = await Promise.all(asked.map(async (request) => (await request).allHeaders()));
    expect(mine?.['accept-language']).toMatch(/^ru/);
    expect(theirs?.['accept-language']).toMatch(/^en/);
    expect(mine?.['x-forwarded-for']).not.toBe(theirs?.['x-forwarded-for']);
  });
});

describe('People around the stage', () => {
  // So that no two codes are the same by chance.
  const stage = useBrowserStage({ OTP_LENGTH: '8' });

  it('reads the code that was sent last', async () => {
    const { world, app } = stage();
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const first = await stage().codeOf(visitor.phone);
    await app.advance('61 s');
    expect(await visitor.resendCode()).toMatchObject({ status: 202 });
    const second = await stage().codeOf(visitor.phone);
    expect(await visitor.verify(first)).toMatchObject({ status: 401, body: { attemptsLeft: 5 } });
    expect(await visitor.verify(second)).toMatchObject({ status: 201 });
  });

  it('makes staff of somebody, and of nobody but them', async () => {
    const [person, other] = [await stage().world.aUser(), await stage().world.aUser()];
    await stage().staff(person.phone, 'moderator');
    expect((await person.api.me()).body.role).toBe('moderator');
    expect((await other.api.me()).body.role).toBe('user');
    await expect(stage().staff('+79990000000', 'admin')).rejects.toThrow('Nobody has that phone.');
  });
});
