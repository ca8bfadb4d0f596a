import { type Answer, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, type Visitor, World } from '../support/world.js';

describe('How many messages one contact gets', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  /** Asks `times` times, as soon as the contact may be written to again; answers the statuses. */
  async function askRepeatedly(visitor: Visitor, times: number): Promise<number[]> {
    const statuses: number[] = [];
    while (statuses.length < times) {
      statuses.push((await visitor.requestCode()).status);
      await app.advance('21 s');
    }
    return statuses;
  }

  function expectRefusal(answer: Answer<unknown>, code: string, policy: RegExp): number {
    expect(answer).toMatchObject({ status: 429, body: { code } });
    const wait = answer.headers.get('retry-after');
    expect(answer.headers.get('ratelimit-policy')).toMatch(policy);
    expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`;r=0;t=${wait}$`));
    expect(refusal(answer).retryAfter).toBe(Number(wait));
    return Number(wait);
  }

  /** What is left of the time after a phone's first message, by the clock that counts, however slow the machine is. */
  async function leftOf(seconds: number, phone: string): Promise<number> {
    const [row] = await app.sql<{ left: number }>(
      `SELECT extract(epoch FROM min(queued_at) - clock_now())::float8 + $2 AS left FROM messages WHERE recipient = $1`,
      [phone, seconds],
    );
    return row?.left ?? 0;
  }

  it('is one in 20 seconds, whoever asks', async () => {
    const phone = freshPhone();
    await world.aVisitor({ phone }).requestCode();
    await app.advance('5 s');
    const most = await leftOf(20, phone);
    const wait = expectRefusal(await world.aVisitor({ phone }).requestCode(), 'otp.resend_too_soon', /;q=1;w=20$/);
    expect(wait).toBeLessThanOrEqual(Math.ceil(most));
    // The message is written an instant after it is counted.
    expect(wait).toBeGreaterThan((await leftOf(20, phone)) - 1);
    expect(most).toBeLessThanOrEqual(15);
    await app.advance(`${wait} s`);
    expect(await world.aVisitor({ phone }).requestCode()).toMatchObject({ status: 202 });
  });

  it('is no longer a wait for others: each contact has its own', async () => {
    const address = '198.51.100.9';
    const statuses = [freshPhone(), freshPhone(), freshPhone()].map(
      async (phone) => (await world.aVisitor({ phone, address }).requestCode()).status,
    );
    expect(await Promise.all(statuses)).toEqual([202, 202, 202]);
  });

  it('is five an hour and ten a day', async () => {
    const visitor = world.aVisitor();
    expect(await askRepeatedly(visitor, 5)).toEqual([202, 202, 202, 202, 202]);
    const most = await leftOf(3_600, visitor.phone);
    const wait = expectRefusal(await visitor.requestCode(), 'otp.too_many_messages', /;q=5;w=3600$/);
    expect(wait).toBeLessThanOrEqual(Math.ceil(most));
    expect(wait).toBeGreaterThan((await leftOf(3_600, visitor.phone)) - 1);
    expect(most).toBeLessThanOrEqual(3_600 - 5 * 21);
    await app.advance(`${wait} s`);
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    await app.advance('1 h');
    expect(await askRepeatedly(visitor, 4)).toEqual([202, 202, 202, 202]);
    await app.advance('1 h');
    expectRefusal(await visitor.requestCode(), 'otp.too_many_messages', /;q=10;w=86400$/);
    await app.advance('22 h');
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
  });

  it('counts a refused request as none', async () => {
    const visitor = world.aVisitor();
    await askRepeatedly(visitor, 1);
    await visitor.requestCode();
    for (let time = 0; time < 20; time += 1) expect(await visitor.requestCode()).toMatchObject({ status: 429 });
    await app.advance('21 s');
    expect(await askRepeatedly(visitor, 3)).toEqual([202, 202, 202]);
  });

  it('does not count those that were answered with the right code', async () => {
    const phone = freshPhone();
    const users = [];
    while (users.length < 7) {
      users.push(await world.aUser({ phone }));
      await app.advance('21 s');
    }
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
  });

  it('does not count the resent ones of an answered challenge, either', async () => {
    const phone = freshPhone();
    for (let time = 0; time < 4; time += 1) {
      const visitor = world.aVisitor({ phone });
      expect(await visitor.requestCode()).toMatchObject({ status: 202 });
      await app.advance('61 s');
      expect(await visitor.resendCode()).toMatchObject({ status: 202 });
      await visitor.verify(await visitor.readCode());
      await app.advance('21 s');
    }
  });

  it('does not count those of the same asker that an answered one replaced', async () => {
    const visitor = world.aVisitor();
    for (let cycle = 0; cycle < 6; cycle += 1) {
      expect(await askRepeatedly(visitor, 2)).toEqual([202, 202]);
      expect((await visitor.verify(await visitor.readCode())).status).toBeLessThan(300);
    }
  });

  it('gives back only what the answered challenge took', async () => {
    const phone = freshPhone();
    expect(await askRepeatedly(world.aVisitor({ phone }), 4)).toEqual([202, 202, 202, 202]);
    await world.aUser({ phone });
    await app.advance('21 s');
    expect(await askRepeatedly(world.aVisitor({ phone }), 2)).toEqual([202, 429]);
  });

  it('has a share that strangers cannot use up: 3 an hour for a network from which the contact signed in', async () => {
    const owner = await world.aUser();
    await app.advance('21 s');
    expect(await askRepeatedly(world.aVisitor({ phone: owner.phone }), 6)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(await askRepeatedly(owner, 3)).toEqual([202, 202, 202]);
    expectRefusal(await owner.requestCode(), 'otp.too_many_messages', /;q=3;w=3600$/);
  });

  it('gives the share to a network, not to an address in it, and to no other contact', async () => {
    const owner = await world.aUser({ address: '198.51.100.20' });
    await world.aUser({ address: '198.51.101.20' });
    await app.advance('21 s');
    await askRepeatedly(world.aVisitor({ phone: owner.phone }), 5);
    const { phone } = owner;
    expect(await world.aVisitor({ phone, address: '198.51.101.20' }).requestCode()).toMatchObject({ status: 429 });
    expect(await world.aVisitor({ phone, address: '198.51.100.99' }).requestCode()).toMatchObject({ status: 202 });
  });

  it('has a share of 6 a day for known networks', async () => {
    const owner = await world.aUser();
    const stranger = world.aVisitor({ phone: owner.phone });
    await app.advance('21 s');
    for (const round of [1, 2]) {
      expect(await askRepeatedly(stranger, 5)).toEqual([202, 202, 202, 202, 202]);
      expect(await askRepeatedly(owner, 3)).toEqual([202, 202, 202]);
      await app.advance(`${round} h`);
    }
    expectRefusal(await owner.requestCode(), 'otp.too_many_messages', /;q=6;w=86400$/);
  });

  it('forgets a network from which nobody signed in for 90 days', async () => {
    const [owner, other] = [await world.aUser(), await world.aUser()];
    await app.advance('89 days');
    await askRepeatedly(world.aVisitor({ phone: owner.phone }), 5);
    expect(await owner.requestCode()).toMatchObject({ status: 202 });
    await app.advance('2 days');
    expect(await askRepeatedly(world.aVisitor({ phone: other.phone }), 5)).toEqual([202, 202, 202, 202, 202]);
    expect(await other.requestCode()).toMatchObject({ status: 429 });
  });
});
