import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askForContact } from '../support/contacts.js';
import { eventually } from '../support/eventually.js';
import { freshEmail, freshPhone, type User, type Visitor, World, wrongFor } from '../support/world.js';

describe('Codes where somebody guesses', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  // What a test guesses must not make the codes of the next one longer.
  beforeEach(() => app.sql('DELETE FROM otp_check_stats'));

  afterAll(() => app.close());

  async function guess(visitor: Visitor, times: number): Promise<void> {
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    for (let time = 0; time < times; time += 1) expect(await visitor.guessWrong()).toMatchObject({ status: 401 });
    await app.advance('21 s');
  }

  const lengthFor = async (visitor: Visitor) => (await visitor.requestCode()).body.codeLength;

  it('have 8 digits after 10 wrong ones for the contact in 24 hours, wherever those came from', async () => {
    const phone = freshPhone();
    await guess(world.aVisitor({ phone }), 5);
    await guess(world.aVisitor({ phone }), 4);
    expect(await lengthFor(world.aVisitor({ phone }))).toBe(4);
    await app.advance('21 s');
    await guess(world.aVisitor({ phone }), 1);
    await app.advance('1 h');
    const owner = world.aVisitor({ phone });
    expect(await lengthFor(owner)).toBe(8);
    const code = await owner.readCode();
    expect(code).toMatch(/^\d{8}$/);
    expect(await owner.verify(code)).toMatchObject({ status: 201 });
    expect(await lengthFor(world.aVisitor())).toBe(4);
    await app.advance('24 h');
    expect(await lengthFor(world.aVisitor({ phone }))).toBe(4);
  });

  it('have 8 digits after 5 wrong ones from a network in 24 hours, whomever those were about', async () => {
    const address = '198.51.100.30';
    await guess(world.aVisitor({ address }), 4);
    expect(await lengthFor(world.aVisitor({ address }))).toBe(4);
    await guess(world.aVisitor({ address: '198.51.100.31' }), 1);
    expect(await lengthFor(world.aVisitor({ address }))).toBe(8);
    expect(await lengthFor(world.aVisitor({ address: '198.51.99.30' }))).toBe(4);
    await app.advance('24 h');
    expect(await lengthFor(world.aVisitor({ address }))).toBe(4);
  });

  it('grow when they are sent again, too', async () => {
    const visitor = world.aVisitor({ address: '198.51.98.1' });
    expect(await lengthFor(visitor)).toBe(4);
    await guess(world.aVisitor({ address: '198.51.98.2' }), 5);
    await app.advance('61 s');
    expect((await visitor.resendCode()).body.codeLength).toBe(8);
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 201 });
  });

  it.each([
    ['more than 5 % of 200 checks in 10 minutes were wrong', { checks: 200, wrong: 11, minutes: 8 }, 8],
    ['just 5 % were wrong', { checks: 200, wrong: 10, minutes: 8 }, 4],
    ['there were fewer than 200 checks', { checks: 199, wrong: 150, minutes: 8 }, 4],
    ['it is longer than 10 minutes ago', { checks: 200, wrong: 150, minutes: 11 }, 4],
  ])('of everybody, when %s', async (_, { checks, wrong, minutes }, length) => {
    await app.sql(
      `INSERT INTO otp_check_stats (minute, checks, wrong)
       VALUES (date_trunc('minute', clock_now()) - make_interval(mins => $1), $2, $3)`,
      [minutes, checks, wrong],
    );
    expect(await lengthFor(world.aVisitor())).toBe(length);
  });

  it('of everybody are counted as right and wrong', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await visitor.guessWrong();
    await visitor.verify(await visitor.readCode());
    await visitor.verify('0000');
    await eventually(async () => {
      const [sums] = await app.sql('SELECT sum(checks)::int AS checks, sum(wrong)::int AS wrong FROM otp_check_stats');
      expect(sums).toEqual({ checks: 2, wrong: 1 });
    });
  });

  it('are not made longer by typing the code before the last', async () => {
    const visitor = world.aVisitor({ address: '198.51.97.1' });
    await visitor.requestCode();
    const old = await visitor.readCode();
    await app.advance('61 s');
    await visitor.resendCode();
    for (let time = 0; time < 6; time += 1) await visitor.verify(old);
    expect(await lengthFor(world.aVisitor({ address: '198.51.97.2' }))).toBe(4);
  });

  it('are not checked any more from a network with 60 wrong ones in an hour; others go on', async () => {
    const address = '198.51.96.1';
    const victim = world.aVisitor({ address });
    await victim.requestCode();
    const code = await victim.readCode();
    for (let round = 0; round < 12; round += 1) {
      const visitor = world.aVisitor({ address });
      await visitor.requestCode();
      // Six digits are never right where codes have four or eight.
      for (let time = 0; time < 5; time += 1) expect(await visitor.verify('000000')).toMatchObject({ status: 401 });
    }
    const refused = await victim.verify(code);
    expect(refused).toMatchObject({ status: 429, body: { code: 'otp.too_many_wrong_codes' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('ratelimit-policy')).toMatch(/;q=60;w=3600$/);
    expect(await victim.api.with({ 'x-forwarded-for': '198.51.95.1' }).verify(victim.challengeId, code)).toMatchObject({
      status: 201,
    });
    await app.advance('1 h');
    const later = world.aVisitor({ address });
    await later.requestCode();
    expect(await later.verify(await later.readCode())).toMatchObject({ status: 201 });
  });
});

describe('A network that has typed all the wrong codes of its hour', () => {
  let app: TestApp;
  let user: User;

  beforeAll(async () => {
    app = await startTestApp({ LIMIT_WRONG_CODES_PER_NETWORK_HOUR: '1' });
  });

  beforeEach(async () => {
    user = await new World(app).aUser();
    await app.advance('21 s');
  });

  afterAll(() => app.close());

  type Type = (code: string) => Promise<Answer<unknown>>;

  it.each<[string, () => Promise<{ code: string; type: Type }>]>([
    [
      'to sign in',
      async () => {
        await user.requestCode();
        return { code: await user.readCode(), type: (code) => user.verify(code) };
      },
    ],
    [
      'to set a password',
      async () => {
        await user.forgotPassword();
        return { code: await user.readCode(), type: (code) => user.resetPassword(code, 'four words of mine') };
      },
    ],
    [
      'to change a contact',
      async () => {
        const { challengeId, code } = await askForContact(app, user, freshEmail());
        return { code, type: (typed) => user.api.confirmContact(challengeId, typed) };
      },
    ],
  ])('cannot use a right one %s', async (_, ask) => {
    const { code, type } = await ask();
    expect(await type(wrongFor(code))).toMatchObject({ status: 401, body: { code: 'otp.code_wrong' } });
    expect(await type(code)).toMatchObject({ status: 429, body: { code: 'otp.too_many_wrong_codes' } });
  });
});
