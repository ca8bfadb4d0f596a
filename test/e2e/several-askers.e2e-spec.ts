import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, type Visitor, World } from '../support/world.js';

const OVER = { status: 410, body: { code: 'otp.challenge_over' } };

describe('Several askers of one contact', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  interface Asker {
    readonly visitor: Visitor;
    readonly code: string;
  }

  /** Askers on networks of their own, one after the other, as soon as each may ask. */
  async function askersOf(phone: string, count: number): Promise<Asker[]> {
    const askers: Asker[] = [];
    while (askers.length < count) {
      const visitor = world.aVisitor({ phone });
      expect(await visitor.requestCode()).toMatchObject({ status: 202 });
      askers.push({ visitor, code: await visitor.readCode() });
      await app.advance('21 s');
    }
    return askers;
  }

  it.each([0, 1, 2])('have a live code each, until one is given back: asker %i', async (winner) => {
    const askers = await askersOf(freshPhone(), 3);
    const answers = await Promise.all(askers.map(({ visitor }) => visitor.api.statusOf(visitor.challengeId)));
    expect(answers.map(({ body }) => body.status)).toEqual(['sent', 'sent', 'sent']);
    const [first] = askers.splice(winner, 1);
    expect(await first?.visitor.verify(first.code)).toMatchObject({ status: 201 });
    for (const { visitor, code } of askers) {
      expect(await visitor.verify(code)).toMatchObject(OVER);
      expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('over');
    }
  });

  it('can use only their own code', async () => {
    const [one, other] = await askersOf(freshPhone(), 2);
    if (!one || !other || one.code === other.code) return;
    expect(await one.visitor.verify(other.code)).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
    expect(await other.visitor.verify(one.code)).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
  });

  it('replace their own challenge when they ask again, from anywhere in their network, and nobody else’s', async () => {
    const phone = freshPhone();
    const [other] = await askersOf(phone, 1);
    const before = world.aVisitor({ phone, address: '198.51.100.7' });
    await before.requestCode();
    const old = await before.readCode();
    await app.advance('21 s');
    const after = world.aVisitor({ phone, address: '198.51.100.200' });
    expect(await after.requestCode()).toMatchObject({ status: 202 });
    expect(after.challengeId).not.toBe(before.challengeId);
    expect(await before.verify(old)).toMatchObject(OVER);
    expect((await other?.visitor.api.statusOf(other.visitor.challengeId))?.body.status).toBe('sent');
    expect(await after.verify(await after.readCode())).toMatchObject({ status: 201 });
  });

  it('are told apart by /64 where they have IPv6', async () => {
    const phone = freshPhone();
    const ask = async (address: string) => {
      const visitor = world.aVisitor({ phone, address });
      await visitor.requestCode();
      await app.advance('21 s');
      return visitor;
    };
    const [home, neighbour] = [await ask('2001:db8:1:2::1'), await ask('2001:db8:1:3::1')];
    expect((await home.api.statusOf(home.challengeId)).body.status).toBe('sent');
    await ask('2001:db8:1:2:ffff::9');
    expect((await home.api.statusOf(home.challengeId)).body.status).toBe('over');
    expect((await neighbour.api.statusOf(neighbour.challengeId)).body.status).toBe('sent');
  });

  it('are three at most: the fourth is refused until a place is free', async () => {
    const phone = freshPhone();
    const askers = await askersOf(phone, 3);
    const fourth = world.aVisitor({ phone });
    const refused = await fourth.requestCode();
    expect(refused).toMatchObject({ status: 429, body: { code: 'otp.too_many_messages' } });
    // The oldest of the three was sent 63 seconds ago and lives 300.
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(230);
    expect(wait).toBeLessThanOrEqual(238);
    expect(refused.headers.get('ratelimit')).toMatch(new RegExp(`;r=0;t=${wait}$`));
    for (const { visitor } of askers) {
      expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('sent');
    }
    await app.advance(`${wait} s`);
    expect(await fourth.requestCode()).toMatchObject({ status: 202 });
  });

  it('do not wait for one who was refused: no message went out', async () => {
    const phone = freshPhone();
    const [first] = await askersOf(phone, 3);
    expect(await world.aVisitor({ phone }).requestCode()).toMatchObject({ status: 429 });
    expect(await first?.visitor.requestCode()).toMatchObject({ status: 202 });
  });

  it('never crowd the owner out: whoever signed in from there before is served beside the three', async () => {
    const owner = await world.aUser();
    await app.advance('21 s');
    await askersOf(owner.phone, 3);
    expect(await owner.requestCode()).toMatchObject({ status: 202 });
    expect(await owner.verify(await owner.readCode())).toMatchObject({ status: 200 });
  });

  it('cannot spoil the owner’s code, neither by wrong codes nor by asking again and again', async () => {
    const phone = freshPhone();
    const [owner] = await askersOf(phone, 1);
    const stranger = world.aVisitor({ phone });
    for (let time = 0; time < 4; time += 1) {
      await stranger.requestCode();
      for (let guess = 0; guess < 5; guess += 1) await stranger.guessWrong();
      await app.advance('21 s');
    }
    expect(await owner?.visitor.verify(owner.code)).toMatchObject({ status: 201 });
  });
});
