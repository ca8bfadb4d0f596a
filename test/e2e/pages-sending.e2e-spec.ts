import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser } from '../support/page-browser.js';
import { staffBrowser } from '../support/page-staff.js';
import { goToFullHour } from '../support/periodic.js';
import { World } from '../support/world.js';

const HOSTILE = '<img src=x onerror=alert(1)>\u202e"\'';

describe('The page of sending', () => {
  let app: TestApp;
  let admin: PageBrowser;

  beforeAll(async () => {
    app = await startTestApp({ SMS_DAILY_BUDGET: '2400' });
    admin = await staffBrowser(app, 'admin');
  });
  afterEach(() => app.sql(`UPDATE sending SET enabled = true, open_until = NULL, failure = NULL, failures = 0`));
  afterAll(() => app.close());

  const turnOff = (reason = '') => admin.submit('/admin/sending', { turn: 'off', reason });
  const isOn = async () =>
    (await app.sql<{ enabled: boolean }>(`SELECT enabled FROM sending WHERE channel = 'sms'`))[0];

  it('is for administrators, and nobody else turns the switch or is led there', async () => {
    for (const browser of [await staffBrowser(app, 'moderator'), new PageBrowser(app)]) {
      if (browser.cookies.size === 0) await browser.signIn();
      const page = await browser.open('/admin/sending');
      expect(page.status).toBe(403);
      expect(page.html).not.toContain('href="/admin/sending"');
      expect((await browser.submit('/admin/sending', { turn: 'off' })).status).toBe(403);
      expect(await isOn()).toEqual({ enabled: true });
    }
  });

  it('turns SMS off, which the sign-in page tells in a sentence, and on again', async () => {
    expect((await turnOff('A flood')).location).toBe('/admin/sending');
    const { html } = await admin.open('/admin/sending');
    expect(html).toContain('SMS are held back');
    expect(html).toContain('<bdi>A flood</bdi>');
    const visitor = new PageBrowser(app);
    const refused = await visitor.submit('/', { contact: visitor.contact });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '60']);
    expect(refused.html).toContain('No SMS can be sent right now.');
    expect(refused.html).toContain(`value="${visitor.contact}"`);
    await admin.submit('/admin/sending', { turn: 'on', confirmed: 'yes' });
    expect((await visitor.submit('/', { contact: visitor.contact })).location).toBe('/confirm');
  });

  it('lets SMS go out only with its box ticked', async () => {
    await turnOff();
    const page = await admin.submit('/admin/sending', { turn: 'on' });
    expect(page.status).toBe(422);
    expect(page.html).toContain('Tick the box first.');
    expect(await isOn()).toEqual({ enabled: false });
  });

  it('shows a reason as the text that it is, and refuses one that is too long', async () => {
    await turnOff(HOSTILE);
    const { html } = await admin.open('/admin/sending');
    expect(html).toContain('<bdi>&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
    expect(html).not.toContain('<img src=x');
    await admin.submit('/admin/sending', { turn: 'on', confirmed: 'yes' });
    const refused = await turnOff(HOSTILE.repeat(10));
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('Type a reason of at most 200 characters');
    expect(refused.html).toContain('value="&lt;img src&#x3D;x');
    expect(await isOn()).toEqual({ enabled: true });
  });

  it('names who turned the switch, and the audit log tells without the reason', async () => {
    await turnOff('A flood');
    const [person] = await app.sql<{ id: string }>('SELECT id FROM users WHERE phone = $1', [admin.contact]);
    const { html } = await admin.open('/admin/sending');
    expect(html).toContain(`<a href="/admin/people/${person?.id}"><bdi>${admin.contact}</bdi></a>`);
    const [entry] = await app.sql(
      `SELECT actor_id, details FROM audit_entries WHERE action = 'messages.sending_changed' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toEqual({ actor_id: person?.id, details: { channel: 'sms', enabled: false } });
  });

  it('tells that the provider is left alone, why, and until when', async () => {
    expect((await admin.open('/admin/sending')).html).toContain('Takes messages');
    await app.sql(
      `UPDATE sending SET open_until = clock_now() + interval '60 s', failure = 'no_money', failures = 3 WHERE channel = 'sms'`,
    );
    const { html } = await admin.open('/admin/sending');
    expect(html).toContain('Left alone');
    expect(html).toContain('the account at the provider is empty');
    expect(html).toMatch(/Pause ends<\/dt><dd><time datetime=/);
    await app.sql(`UPDATE sending SET open_until = clock_now() - interval '1 s' WHERE channel = 'sms'`);
    expect((await admin.open('/admin/sending')).html).toContain('On trial');
  });

  it('shows what is spent of the budget and what is left, and which number blocks get codes', async () => {
    await goToFullHour(app);
    const before = spentIn((await admin.open('/admin/sending')).html);
    const visitor = new World(app).aVisitor();
    await visitor.requestCode();
    const { html } = await admin.open('/admin/sending');
    expect(spentIn(html)).toEqual(before.map((spent) => spent + 1));
    expect(html).toContain('of 2,400 messages spent');
    expect(html).toMatch(/Kept this hour for people already known<\/dt><dd>60</);
    expect(html).toContain(`${visitor.phone.slice(0, -4)}****`);
    expect(html).not.toContain(visitor.phone);
  });

  it('shows blocks that another process paused, without their digits', async () => {
    await app.sql(
      `INSERT INTO paused_blocks (block, first_paused_at, paused_until)
       VALUES ('\\x0102', clock_now(), clock_now() + interval '30 min')`,
    );
    expect((await admin.open('/admin/sending')).html).toContain('1 more block is paused');
    await app.sql('DELETE FROM paused_blocks');
    expect((await admin.open('/admin/sending')).html).not.toContain('more block');
  });
});

/** What the two bars show as spent: of the day and of the hour. */
const spentIn = (html: string): number[] =>
  [...html.matchAll(/<progress [^>]*value="(\d+)"/g)].map(([, value]) => Number(value));
