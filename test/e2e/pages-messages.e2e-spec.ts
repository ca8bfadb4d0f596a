import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';
import { staffBrowser } from '../support/page-staff.js';
import { freshEmail, freshPhone, World } from '../support/world.js';

const cards = (html: string) => html.match(/<li class="card">/g)?.length ?? 0;

describe('The page of messages', () => {
  let app: TestApp;
  let world: World;
  let admin: PageBrowser;

  beforeAll(async () => {
    // So that no code stands in a page by chance.
    app = await startTestApp({ OTP_LENGTH: '8' });
    world = new World(app);
    admin = await staffBrowser(app, 'admin');
  });
  afterAll(() => app.close());

  const viewed = async () => {
    const [row] = await app.sql<{ details: object }>(
      `SELECT details FROM audit_entries WHERE action = 'messages.viewed' ORDER BY id DESC LIMIT 1`,
    );
    return row?.details;
  };

  it('is for administrators, and nobody else is led there', async () => {
    for (const browser of [await staffBrowser(app, 'moderator'), new PageBrowser(app)]) {
      if (browser.cookies.size === 0) await browser.signIn();
      expect((await browser.open('/admin/messages')).status).toBe(403);
      const csrf = tokenIn((await browser.open('/admin/messages')).html);
      expect((await browser.post('/admin/messages', { csrf, to: admin.contact })).status).toBe(403);
      expect((await browser.open('/admin/messages')).html).not.toContain('href="/admin/messages"');
    }
    expect((await new PageBrowser(app).open('/admin/messages')).location).toBe('/?next=%2Fadmin%2Fmessages');
  });

  it('tells what became of a message in words, and never what it says', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const { status, html } = await admin.submit('/admin/messages', { to: visitor.phone });
    expect([status, cards(html)]).toEqual([200, 1]);
    expect(html).toContain(`<bdi>${visitor.phone}</bdi>`);
    expect(html).toContain('One-time code');
    for (const state of ['Queued', 'Being sent', 'Sent']) expect(html).toContain(`<span>${state}</span> <time`);
    expect(html).toContain('1 attempt');
    expect(html).not.toContain(code);
    expect(cards((await admin.open('/admin/messages')).html)).toBeGreaterThan(1);
  });

  it('is searched by a form, so that no contact stands in an address, and the audit log keeps none', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.delivered();
    await admin.submit('/admin/messages', { to: visitor.phone, status: 'sent' });
    expect(await viewed()).toEqual({ to: 'one', status: 'sent', found: 1 });
    expect(app.lines.join('\n')).not.toContain(visitor.phone.slice(1));
    const everybody = await admin.submit('/admin/messages', { to: '', status: 'sent' });
    expect([everybody.status, everybody.location]).toEqual([303, '/admin/messages?status=sent']);
  });

  it('goes on page by page, of one recipient by the form and of everybody by the address', async () => {
    const phone = freshPhone();
    for (let count = 0; count < 23; count += 1) {
      await app.sql(
        `INSERT INTO messages (id, channel, recipient, template, params, locale, state, expires_at)
         VALUES (gen_random_uuid(), 'sms', $1, 'otp-code', '{}', 'en', 'sent', clock_now())`,
        [phone],
      );
    }
    const first = await admin.submit('/admin/messages', { to: phone });
    const cursor = /name="cursor" value="([^"]+)"/.exec(first.html)?.[1] ?? '';
    expect(first.html).not.toContain(`=${encodeURIComponent(phone)}`);
    const second = await admin.submit('/admin/messages', { to: phone, cursor });
    expect([cards(first.html), cards(second.html)]).toEqual([20, 3]);
    const { html } = await admin.open('/admin/messages?status=sent');
    const next = /href="(\/admin\/messages\?cursor=[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toContain('status=sent');
    expect((await admin.open(next)).status).toBe(200);
  });

  it('shows those of a person by each of their contacts', async () => {
    const user = await world.aUser();
    const email = freshEmail();
    await app.sql('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    const byPhone = await admin.open(`/admin/messages?person=${user.id}`);
    expect(cards(byPhone.html)).toBe(1);
    expect(byPhone.html).toContain(`person=${user.id}&amp;channel=email`);
    const byEmail = await admin.open(`/admin/messages?person=${user.id}&channel=email`);
    expect(cards(byEmail.html)).toBe(0);
    expect(byEmail.html).toContain('There are no such messages.');
    expect((await admin.open('/admin/messages?person=00000000-0000-7000-8000-000000000000')).status).toBe(404);
  });

  it('keeps what was typed where it cannot be searched for, and escapes it', async () => {
    const typed = '<script>alert(1)</script>\u202e';
    const found = await admin.submit('/admin/messages', { to: typed });
    expect([found.status, cards(found.html)]).toEqual([200, 0]);
    expect(found.html).not.toContain('<script>alert');
    const tooLong = await admin.submit('/admin/messages', { to: typed.repeat(100) });
    expect([tooLong.status, cards(tooLong.html)]).toEqual([422, 0]);
    expect(tooLong.html).toContain('Type a phone number or an e-mail address.');
    expect(tooLong.html).not.toContain('<script>alert');
    expect((await admin.submit('/admin/messages', { status: 'lost' })).status).toBe(422);
  });
});
