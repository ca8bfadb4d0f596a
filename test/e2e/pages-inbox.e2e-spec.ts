import { startTestApp, type TestApp } from '../support/app.js';
import { PRODUCTION } from '../support/production.js';
import { PageBrowser } from '../support/page-browser.js';
import { freshEmail, type Visitor, World } from '../support/world.js';

const versionIn = (html: string): string => /data-live-wait="\/inbox\/changes\?since=(\w*)"/.exec(html)?.[1] ?? 'none';
const articlesIn = (html: string): string[] => html.split('<article').slice(1);
const olderIn = (html: string): string | undefined =>
  /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');

describe('The inbox, by pages', () => {
  let app: TestApp;
  let world: World;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });
  beforeEach(() => {
    browser = new PageBrowser(app);
  });
  afterAll(() => app.close());

  /** Somebody who was sent a code. */
  async function somebody(options: Parameters<World['aVisitor']>[0] = {}): Promise<Visitor> {
    const visitor = world.aVisitor(options);
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    await app.delivered();
    return visitor;
  }

  const inboxOf = (visitor: Visitor) => `/inbox?to=${encodeURIComponent(visitor.contact)}`;

  it('says what to do while it is empty', async () => {
    const { status, html } = await browser.open('/inbox');
    expect(status).toBe(200);
    expect(html).toContain('No messages yet.');
    expect(html).toContain('<a role="button" href="/">');
    expect(versionIn(html)).toBe('');
  });

  it('shows everybody each message, the newest first, with its code to copy, its history and how long it works', async () => {
    const [first, second] = [await somebody(), await somebody({ email: freshEmail() })];
    const { html } = await browser.open('/inbox');
    const [newest = '', older = ''] = articlesIn(html);
    expect(newest).toContain(second.contact);
    expect(newest).toContain('E-mail');
    expect(older).toContain(first.contact);
    const code = await first.readCode();
    expect(older).toContain(`<strong class="code">${code}</strong>`);
    expect(older).toContain(`data-copy="${code}"`);
    expect([...older.matchAll(/class="state (\w+)"/g)].map(([, state]) => state)).toEqual([
      'queued',
      'sending',
      'sent',
    ]);
    expect(Number(/data-wait="(\d+)"/.exec(older)?.[1])).toBeGreaterThan(250);
    await app.advance('301 s');
    expect(articlesIn((await browser.open('/inbox')).html)[1]).toMatch(/data-wait="0"[^>]*>No longer works/);
  });

  it('finds a part of a number, and keeps what was searched for', async () => {
    const visitor = await somebody();
    await somebody();
    const part = visitor.phone.slice(3);
    const { html } = await browser.open(`/inbox?q=${part}`);
    expect(articlesIn(html)).toHaveLength(1);
    expect(html).toContain(`value="${part}"`);
    expect((await browser.open('/inbox?q=%3Cscript%3Ealert(1)')).html).toContain('value="&lt;script&gt;alert(1)"');
    expect(articlesIn((await browser.open('/inbox?q=&to=')).html).length).toBeGreaterThan(1);
  });

  it('goes back page by page', async () => {
    const visitors: Visitor[] = [];
    while (visitors.length < 21) visitors.push(await somebody());
    const { html } = await browser.open('/inbox');
    expect(articlesIn(html)).toHaveLength(20);
    const older = (await browser.open(olderIn(html) ?? '')).html;
    expect(articlesIn(older)[0]).toContain(visitors[0]?.phone);
    // What is older changes no more: nothing comes there by itself.
    expect(older).not.toContain('data-live-wait');
    expect((await browser.open('/inbox?cursor=x')).status).toBe(422);
  });

  it('is cleared for one recipient, and for no other', async () => {
    const [visitor, other] = [await somebody(), await somebody()];
    const cleared = await browser.submit('/inbox/clear', { to: visitor.contact }, inboxOf(visitor));
    expect([cleared.status, cleared.location]).toEqual([303, inboxOf(visitor)]);
    const { html } = await browser.open(inboxOf(visitor));
    expect(articlesIn(html)).toEqual([]);
    expect(html).toContain('Nothing was sent there yet.');
    expect(articlesIn((await browser.open(inboxOf(other))).html)).toHaveLength(1);
    expect((await browser.post('/inbox/clear', { to: other.contact })).status).toBe(403);
  });

  it('answers whoever waits for a change as soon as one comes, with the version that the page then has', async () => {
    const version = versionIn((await browser.open('/inbox')).html);
    const waiting = browser.open(`/inbox/changes?since=${version}`);
    await somebody();
    const { status, html: next, headers } = await waiting;
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'no-store',
    ]);
    expect(next).not.toBe(version);
    const now = versionIn((await browser.open('/inbox')).html);
    expect((await browser.open('/inbox/changes?since=older')).html).toBe(now);
  });
});

describe('The inbox, by pages, where it has a token', () => {
  const TOKEN = 'qa-5Kd9Xw2Lm7Rt4Bz8';
  let app: TestApp;
  let visitor: Visitor;

  beforeAll(async () => {
    app = await startTestApp({ QA_INBOX_TOKEN: TOKEN });
    visitor = new World(app).aVisitor();
    await visitor.requestCode();
    await app.delivered();
  });
  afterAll(() => app.close());

  const open = (browser: PageBrowser, token: string) => browser.submit('/inbox/open', { token }, '/inbox');
  const isOpenTo = async (browser: PageBrowser) => (await browser.open('/inbox')).html.includes(visitor.phone);

  it('shows nothing but the form for it, and refuses everything else', async () => {
    const browser = new PageBrowser(app);
    const { status, html } = await browser.open('/inbox');
    expect(status).toBe(200);
    expect(html).toContain('action="/inbox/open"');
    expect(html).not.toContain(visitor.phone);
    expect(html).not.toContain('<a href="/inbox">');
    expect((await browser.open('/inbox/changes?since=')).status).toBe(401);
    const cleared = await browser.submit('/inbox/clear', { to: visitor.phone }, '/inbox');
    expect(cleared.status).toBe(401);
    await open(browser, TOKEN);
    expect(await isOpenTo(browser)).toBe(true);
  });

  it('is not opened by a cookie that is made up', async () => {
    const browser = new PageBrowser(app);
    browser.cookies.set('inbox', '99999999999.');
    expect(await isOpenTo(browser)).toBe(false);
  });

  it('refuses a wrong one beside the form, and never shows it', async () => {
    const browser = new PageBrowser(app);
    const wrong = TOKEN.replace('5', '6');
    const { status, html } = await open(browser, wrong);
    expect(status).toBe(401);
    expect(html).toContain('This is not the token of the inbox.');
    expect(html).not.toContain(wrong);
    expect((await browser.submit('/inbox/open', {}, '/inbox')).status).toBe(401);
    expect(await isOpenTo(browser)).toBe(false);
  });

  it('is opened for twelve hours, by a cookie that does not tell the token and cannot be made longer', async () => {
    const browser = new PageBrowser(app);
    const opened = await open(browser, TOKEN);
    expect([opened.status, opened.location]).toEqual([303, '/inbox']);
    const [cookie = ''] = opened.headers['set-cookie']?.filter((each) => each.startsWith('inbox=')) ?? [];
    expect(cookie).toMatch(/^inbox=\d+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(TOKEN);
    const value = browser.cookies.get('inbox') ?? '';
    const [until = '', hash = ''] = value.split('.');
    browser.cookies.set('inbox', `${Number(until) + 1}.${hash}`);
    expect(await isOpenTo(browser)).toBe(false);
    browser.cookies.set('inbox', value);
    expect(await isOpenTo(browser)).toBe(true);
    await app.advance('12 hours');
    expect(await isOpenTo(browser)).toBe(false);
  });
});

describe('The inbox, by pages, in production without a token', () => {
  it('is not there', async () => {
    const app = await startTestApp(PRODUCTION);
    for (const path of ['/inbox', '/inbox/changes']) expect((await new PageBrowser(app).open(path)).status).toBe(404);
    await app.close();
  });
});
