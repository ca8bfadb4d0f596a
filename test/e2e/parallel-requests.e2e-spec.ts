import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, wrongFor, World } from '../support/world.js';

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

describe('At once', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '10' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const sessionsOf = async (phone: string) =>
    (await app.sql('SELECT FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone = $1', [phone])).length;

  it('100 right answers sign in once', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const answers = await Promise.all(HUNDRED.map(() => visitor.verify(code)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(99).fill(410)]);
    expect(await sessionsOf(visitor.phone)).toBe(1);
  });

  it('100 wrong answers are five attempts', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const answers = await Promise.all(HUNDRED.map(() => visitor.verify(wrongFor(code))));
    const counted = answers.filter(({ status }) => status === 401);
    expect(counted.map((answer) => refusal(answer).attemptsLeft).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(95);
    expect(await visitor.verify(code)).toMatchObject({ status: 410 });
  });

  it('a right answer among wrong ones signs in at most once, and five attempts are all there are', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    const answers = await Promise.all(
      HUNDRED.slice(0, 30).map((index) => visitor.verify(index % 3 === 0 ? code : wrongFor(code))),
    );
    const signedIn = answers.filter(({ status }) => status === 201).length;
    expect(signedIn).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(await sessionsOf(visitor.phone)).toBe(signedIn);
  });

  it('three challenges of one phone make one person with one invite code', async () => {
    for (let round = 0; round < 5; round += 1) {
      const phone = freshPhone();
      const askers = [];
      while (askers.length < 3) {
        const visitor = world.aVisitor({ phone });
        await visitor.requestCode();
        askers.push({ visitor, code: await visitor.readCode() });
        await app.advance('21 s');
      }
      const answers = await Promise.all(askers.map(({ visitor, code }) => visitor.verify(code)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
      const people = await app.sql('SELECT code FROM users JOIN referral_links ON user_id = id WHERE phone = $1', [
        phone,
      ]);
      expect(people).toHaveLength(1);
      expect(await sessionsOf(phone)).toBe(1);
    }
  });

  it('50 requests for a code from one network are one message', async () => {
    const visitor = world.aVisitor();
    const answers = await Promise.all(
      HUNDRED.slice(0, 50).map(() => visitor.api.requestCode({ phone: visitor.phone })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array<number>(49).fill(429)]);
    await app.delivered();
    expect(await app.sql('SELECT state FROM messages WHERE recipient = $1', [visitor.phone])).toEqual([
      { state: 'sent' },
    ]);
  });

  it('20 requests from as many networks are one message, too: nobody passes the 20 seconds', async () => {
    const phone = freshPhone();
    const answers = await Promise.all(HUNDRED.slice(0, 20).map(() => world.aVisitor({ phone }).requestCode()));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  });

  it('20 resends are one message', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await app.advance('61 s');
    const { api, challengeId, phone } = visitor;
    const answers = await Promise.all(HUNDRED.slice(0, 20).map(() => api.resendCode(challengeId)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await app.sql('SELECT FROM messages WHERE recipient = $1', [phone])).toHaveLength(2);
  });

  it('different people do not disturb each other', async () => {
    const users = await Promise.all(HUNDRED.slice(0, 20).map(() => world.aUser()));
    expect(new Set(users.map(({ id }) => id)).size).toBe(20);
    expect(new Set(users.map(({ tokens }) => tokens.user.inviteCode)).size).toBe(20);
  });
});
