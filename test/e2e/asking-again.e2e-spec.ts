import { type Answer, type Challenge, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Visitor, World } from '../support/world.js';

const OVER = { status: 410, body: { code: 'otp.challenge_over' } };

describe('Asking again for the code of a challenge', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  type Ask = () => Promise<Answer<Challenge>>;

  /** The moment comes so long after an instant of the request, however slow the machine is. */
  async function expectIn(seconds: number, moment: 'resendAt' | 'expiresAt', ask: Ask): Promise<void> {
    const before = app.clock.now().getTime();
    const from = Date.parse((await ask()).body[moment]) - seconds * 1_000;
    expect(from).toBeGreaterThanOrEqual(before);
    expect(from).toBeLessThanOrEqual(app.clock.now().getTime());
  }

  /** In seconds, by the clock that counts. */
  async function leftUntilResend({ phone }: Visitor): Promise<number> {
    const [row] = await app.sql<{ left: number }>(
      'SELECT extract(epoch FROM resend_at - clock_now())::float8 AS left FROM otp_challenges WHERE contact = $1',
      [phone],
    );
    return row?.left ?? 0;
  }

  /** @param most how many seconds there are to wait */
  async function expectTooSoon(visitor: Visitor, most: number): Promise<void> {
    const before = await leftUntilResend(visitor);
    const refused = await visitor.resendCode();
    const after = await leftUntilResend(visitor);
    expect(refused).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(refusal(refused).retryAfter).toBe(wait);
    expect(wait).toBeLessThanOrEqual(Math.ceil(before));
    expect(wait).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(after)));
    expect(before).toBeLessThanOrEqual(most);
  }

  async function aVisitorWhoAsked(): Promise<Visitor> {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    return visitor;
  }

  it('sends another code for the same challenge', async () => {
    const visitor = await aVisitorWhoAsked();
    const [challengeId, first] = [visitor.challengeId, await visitor.readCode()];
    await app.advance('61 s');
    const again = await visitor.resendCode();
    expect(again).toMatchObject({ status: 202, body: { challengeId, channel: 'sms', codeLength: 4 } });
    const second = await visitor.readCode();
    expect((await app.sql('SELECT id FROM messages WHERE recipient = $1', [visitor.phone])).length).toBe(2);
    expect(second).toMatch(/^\d{4}$/);
    expect(await visitor.verify(second)).toMatchObject({ status: 201 });
    expect(await visitor.verify(first)).toMatchObject(OVER);
  });

  it('kills the old code, and typing that costs no attempt', async () => {
    const visitor = await aVisitorWhoAsked();
    const old = await visitor.readCode();
    await app.advance('61 s');
    await visitor.resendCode();
    const fresh = await visitor.readCode();
    if (old === fresh) return;
    for (let time = 0; time < 6; time += 1) {
      expect(await visitor.verify(old)).toMatchObject({
        status: 401,
        body: { code: 'otp.code_wrong', attemptsLeft: 5 },
      });
    }
    expect(refusal(await visitor.guessWrong()).attemptsLeft).toBe(4);
    expect(await visitor.verify(fresh)).toMatchObject({ status: 201 });
  });

  it('renews no attempts', async () => {
    const visitor = await aVisitorWhoAsked();
    for (let guess = 0; guess < 3; guess += 1) await visitor.guessWrong();
    await app.advance('61 s');
    await visitor.resendCode();
    expect(refusal(await visitor.guessWrong()).attemptsLeft).toBe(1);
    expect(refusal(await visitor.guessWrong()).attemptsLeft).toBe(0);
    await app.advance('121 s');
    expect(await visitor.resendCode()).toMatchObject(OVER);
  });

  it('has to wait 60, then 120, then 300 seconds, and says how long', async () => {
    const visitor = world.aVisitor();
    await expectIn(60, 'resendAt', () => visitor.requestCode());
    await app.advance('50 s');
    await expectTooSoon(visitor, 10);
    await app.advance('11 s');
    await expectIn(120, 'resendAt', () => visitor.resendCode());
    await app.advance('110 s');
    await expectTooSoon(visitor, 10);
    await app.advance('11 s');
    await expectIn(300, 'resendAt', () => visitor.resendCode());
    await app.advance('290 s');
    expect(await visitor.resendCode()).toMatchObject({ status: 429 });
  });

  it('tells the limit in the headers, too', async () => {
    const visitor = await aVisitorWhoAsked();
    const { headers } = await visitor.resendCode();
    const wait = headers.get('retry-after');
    expect(headers.get('ratelimit')).toMatch(new RegExp(`^"[\\w-]+";r=0;t=${wait}$`));
    expect(headers.get('ratelimit-policy')).toMatch(/^"[\w-]+";q=\d+;w=\d+$/);
  });

  it('lengthens the life, but never beyond 600 seconds from the first sending', async () => {
    const visitor = world.aVisitor();
    const first = Date.parse((await visitor.requestCode()).body.expiresAt) - 300_000;
    await app.advance('100 s');
    await expectIn(300, 'expiresAt', () => visitor.resendCode());
    await app.advance('290 s');
    const { body: last } = await visitor.resendCode();
    expect(Date.parse(last.expiresAt) - first).toBe(600_000);
    const code = await visitor.readCode();
    await app.advance('211 s');
    expect(await visitor.verify(code)).toMatchObject(OVER);
  });

  it('is refused once the challenge has expired or was used', async () => {
    const [late, done] = [await aVisitorWhoAsked(), await aVisitorWhoAsked()];
    await done.verify(await done.readCode());
    await app.advance('301 s');
    expect(await late.resendCode()).toMatchObject(OVER);
    expect(await done.resendCode()).toMatchObject(OVER);
  });

  it('counts as a message to the contact like any other', async () => {
    const visitor = await aVisitorWhoAsked();
    await app.advance('61 s');
    await visitor.resendCode();
    const another = world.aVisitor({ phone: visitor.phone });
    expect(await another.requestCode()).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
  });
});
