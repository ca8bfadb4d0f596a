import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { wrongFor, World } from '../support/world.js';

const OVER = { status: 410, body: { code: 'otp.challenge_over' } };

describe('A code that is not right', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('is refused, and says how many more may be tried', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const answers = [];
    for (let guess = 0; guess < 5; guess += 1) answers.push(await visitor.guessWrong());
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(answers.map((answer) => refusal(answer).code)).toEqual(Array(5).fill('otp.code_wrong'));
    expect(answers.map((answer) => refusal(answer).attemptsLeft)).toEqual([4, 3, 2, 1, 0]);
  });

  it('ends the challenge the fifth time: then the right one is refused too', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    for (let guess = 0; guess < 5; guess += 1) await visitor.verify(wrongFor(code));
    expect(await visitor.verify(code)).toMatchObject(OVER);
    expect(await visitor.verify(wrongFor(code))).toMatchObject(OVER);
    expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('over');
  });

  it('leaves the right one good up to the fifth try', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    for (let guess = 0; guess < 4; guess += 1) await visitor.verify(wrongFor(code));
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
  });

  it.each([
    ['longer', (code: string) => `${code}0`],
    ['longer in front', (code: string) => `0${code}`],
    ['reversed and changed', (code: string) => wrongFor([...code].reverse().join(''))],
  ])('counts also when it is %s', async (_, spoil) => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    expect(await visitor.verify(spoil(code))).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
  });

  it('costs nobody but its own challenge', async () => {
    const [guesser, other] = [world.aVisitor(), world.aVisitor()];
    await guesser.requestCode();
    await other.requestCode();
    for (let guess = 0; guess < 5; guess += 1) await guesser.guessWrong();
    expect(refusal(await other.guessWrong()).attemptsLeft).toBe(4);
  });

  it('may be one that has expired: 300 seconds after it was sent', async () => {
    const [early, late] = [world.aVisitor(), world.aVisitor()];
    await early.requestCode();
    await late.requestCode();
    const codes = [await early.readCode(), await late.readCode()] as const;
    await app.advance('285 s');
    expect(await early.verify(codes[0])).toMatchObject({ status: 201 });
    await app.advance('16 s');
    expect(await late.verify(codes[1])).toMatchObject(OVER);
  });

  it('may be one that was used', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
    expect(await visitor.verify(code)).toMatchObject(OVER);
    const sessions = 'SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone = $1';
    expect(await app.sql(sessions, [visitor.phone])).toHaveLength(1);
  });

  it('may be the right one of another challenge', async () => {
    const [one, other] = [world.aVisitor(), world.aVisitor()];
    await one.requestCode();
    await other.requestCode();
    const codes = [await one.readCode(), await other.readCode()] as const;
    if (codes[0] === codes[1]) return;
    expect(await one.verify(codes[1])).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
    expect(await other.verify(codes[0])).toMatchObject({ status: 401, body: { attemptsLeft: 4 } });
    expect(await one.verify(codes[0])).toMatchObject({ status: 201 });
  });

  it.each(['AAAAAAAAAAAAAAAAAAAAAA', 'x', '"; DROP TABLE users; --', 'ё'.repeat(128)])(
    'says the same of a challenge that never was: %s',
    async (challengeId) => {
      const { api } = world.aVisitor();
      expect(await api.verify(challengeId, '1234')).toMatchObject(OVER);
      expect(await api.resendCode(challengeId)).toMatchObject(OVER);
      expect((await api.statusOf(challengeId)).body).toEqual({ status: 'over', expiresAt: null, resendAt: null });
    },
  );
});
