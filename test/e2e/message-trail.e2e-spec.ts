import { REACTIONS } from '../support/sms-aero-gateway.js';
import { SmsAeroApp } from '../support/sms-aero-app.js';
import { eventually } from '../support/eventually.js';
import { freshEmail, type User, type Visitor } from '../support/world.js';

const DELIVERED = 1;
const UNDELIVERED = 2;
const anyText = expect.any(String) as string;

describe('The trail of messages', () => {
  let sms: SmsAeroApp;
  let admin: User;

  beforeAll(async () => {
    sms = await SmsAeroApp.start();
    admin = await sms.world.anAdmin();
  });

  afterAll(() => sms.close());

  const trailOf = async (query: Record<string, string>) => (await admin.api.messageTrail(query)).body.items;

  const ends = (visitor: Visitor, state: string) =>
    eventually(async () => expect(await trailOf({ to: visitor.phone })).toMatchObject([{ state }]));

  async function reported(status: number, state: string): Promise<Visitor> {
    const { visitor, message } = await sms.aVisitorWithMessage();
    sms.gateway.setStateOf(message.providerId, status);
    await sms.callBack(message);
    await ends(visitor, state);
    return visitor;
  }

  async function refused(reaction: 'refusesNumber' | 'hangs', state: string): Promise<Visitor> {
    const visitor = sms.world.aVisitor();
    sms.gateway.meetNext(visitor.phone, REACTIONS[reaction]);
    await visitor.requestCode();
    await ends(visitor, state);
    return visitor;
  }

  it('is for administrators', async () => {
    const [user, moderator] = [await sms.world.aUser(), await sms.world.aModerator()];
    expect(await sms.world.aVisitor().api.messageTrail()).toMatchObject({ status: 401 });
    expect(await user.api.messageTrail()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await moderator.api.messageTrail()).toMatchObject({ status: 403 });
    expect((await admin.api.messageTrail()).headers.get('cache-control')).toBe('no-store');
  });

  it('says what became of a message, from its writing to its delivery, and never what it says', async () => {
    const visitor = await reported(DELIVERED, 'delivered');
    const code = await visitor.readCode();
    const { body, text } = await admin.api.messageTrail({ to: visitor.phone });
    expect(body).toEqual({
      items: [
        {
          id: anyText,
          channel: 'sms',
          to: visitor.phone,
          template: 'otp-code',
          locale: 'en',
          state: 'delivered',
          failure: null,
          attempts: 1,
          providerId: anyText,
          queuedAt: anyText,
          sendingAt: anyText,
          settledAt: anyText,
          reportedAt: anyText,
          expiresAt: anyText,
        },
      ],
      nextCursor: null,
    });
    const moments = body.items.flatMap((story) => [story.queuedAt, story.sendingAt, story.settledAt, story.reportedAt]);
    expect(moments).toEqual([...moments].sort());
    expect(text).not.toMatch(new RegExp(`"(text|code|params)"|Latchkey|#${code}`));
  });

  it('says why a message was not taken, or not delivered', async () => {
    const lost = await refused('hangs', 'ambiguous');
    expect(await trailOf({ to: lost.phone })).toMatchObject([
      { failure: 'timeout', providerId: null, reportedAt: null },
    ]);
    const notTaken = await refused('refusesNumber', 'failed');
    expect(await trailOf({ to: notTaken.phone })).toMatchObject([{ failure: 'invalid_number' }]);
    const undelivered = await reported(UNDELIVERED, 'undelivered');
    expect(await trailOf({ to: undelivered.phone })).toMatchObject([{ failure: 'undelivered' }]);
  });

  it.each(['failed', 'ambiguous', 'undelivered', 'delivered', 'sent'] as const)(
    'shows the messages of one status: %s',
    async (status) => {
      const visitors = {
        failed: await refused('refusesNumber', 'failed'),
        ambiguous: await refused('hangs', 'ambiguous'),
        undelivered: await reported(UNDELIVERED, 'undelivered'),
        delivered: await reported(DELIVERED, 'delivered'),
        sent: (await sms.aVisitorWithMessage()).visitor,
      };
      const items = await trailOf({ status });
      expect(items[0]?.to).toBe(visitors[status].phone);
      expect(new Set(items.map(({ state }) => state))).toEqual(new Set([status]));
      expect(await trailOf({ status, to: visitors[status].phone })).toHaveLength(1);
      const other = status === 'sent' ? visitors.failed : visitors.sent;
      expect(await trailOf({ status, to: other.phone })).toEqual([]);
    },
  );

  it.each([
    ['a + that came as a space', (phone: string) => ` ${phone.slice(1)}`],
    ['8', (phone: string) => `8 (${phone.slice(2, 5)}) ${phone.slice(5)}`],
    ['no code', (phone: string) => phone.slice(2)],
  ])('understands a phone with %s', async (_, spelling) => {
    const { visitor } = await sms.aVisitorWithMessage();
    expect(await trailOf({ to: spelling(visitor.phone) })).toMatchObject([{ to: visitor.phone }]);
  });

  it('understands an e-mail address as it is typed', async () => {
    const visitor = sms.world.aVisitor({ email: freshEmail() });
    await visitor.requestCode();
    expect(await trailOf({ to: visitor.contact.toUpperCase() })).toMatchObject([
      { channel: 'email', to: visitor.email },
    ]);
  });

  it('shows the newest first, each once, over pages, while more is sent', async () => {
    const { visitor } = await sms.aVisitorWithMessage();
    for (const wait of ['61 s', '121 s']) {
      await sms.app.advance(wait);
      await visitor.resendCode();
    }
    await sms.app.delivered();
    const all = (await trailOf({ to: visitor.phone })).map(({ id }) => id);
    expect(all).toHaveLength(3);
    expect(all).toEqual([...all].sort().reverse());
    const query = { to: visitor.phone, limit: '1' };
    const first = (await admin.api.messageTrail(query)).body;
    await sms.app.advance('301 s');
    await visitor.requestCode();
    const second = (await admin.api.messageTrail({ ...query, cursor: first.nextCursor ?? '' })).body;
    const third = (await admin.api.messageTrail({ ...query, cursor: second.nextCursor ?? '' })).body;
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(all);
    expect(third.nextCursor).toBeNull();
  });

  it('goes on behind a page that has looked through 2000 messages without finding one', async () => {
    const { message } = await sms.aVisitorWithMessage();
    await sms.app.sql(`UPDATE messages SET state = 'expired' WHERE id = $1`, [message.id]);
    await sms.app.sql(
      `INSERT INTO messages (id, channel, recipient, template, params, locale, state, expires_at)
       SELECT (left($1, 13) || '-7fff-bfff-' || lpad(n::text, 12, '0'))::uuid, 'sms', '', 'otp-code', '{}', 'en', 'delivered',
         clock_now() FROM generate_series(1, 2000) AS n`,
      [message.id],
    );
    const first = (await admin.api.messageTrail({ status: 'expired' })).body;
    expect(first.items).toEqual([]);
    const second = (await admin.api.messageTrail({ status: 'expired', cursor: first.nextCursor ?? '' })).body;
    expect(second.items[0]?.id).toBe(message.id);
    await sms.app.sql(`DELETE FROM messages WHERE recipient = ''`);
  });

  it('no longer knows to whom a message went once that is forgotten', async () => {
    const user = await sms.world.aUser();
    const [{ id } = { id: '' }] = await trailOf({ to: user.phone });
    await user.api.deleteAccount();
    await sms.app.delivered();
    expect(await trailOf({ to: user.phone })).toEqual([]);
    const story = (await trailOf({ limit: '100' })).find((each) => each.id === id);
    expect(story).toMatchObject({ to: null, state: 'sent' });
  });

  it('writes down who has read it, and never of whom', async () => {
    const reader = await sms.world.anAdmin();
    const { visitor } = await sms.aVisitorWithMessage();
    await reader.api.messageTrail({ to: visitor.phone, status: 'sent' });
    await reader.api.messageTrail({ limit: '1' });
    const { items } = (await admin.api.auditLog({ userId: reader.id, action: 'messages.viewed' })).body;
    expect(items.map(({ details }) => details)).toEqual([
      { to: 'all', found: 1 },
      { to: 'one', status: 'sent', found: 1 },
    ]);
  });

  it.each([
    ['to', ''],
    ['status', 'lost'],
    ['cursor', 'abc'],
    ['limit', '0'],
    ['limit', '101'],
  ])('refuses the %s “%s”', async (field, value) => {
    const answer = await admin.api.messageTrail({ [field]: value });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid', errors: [{ field }] } });
  });
});
