import { startTestApp, type TestApp } from '../support/app.js';
import { StatementCost } from '../support/statement-cost.js';
import { World } from '../support/world.js';

/** The courier works elsewhere here, so that only the requests are counted; its codes come from the inbox’s list. */
describe('What a step costs PostgreSQL', () => {
  const cost = new StatementCost();
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ WORKER: 'separate' });
    world = new World(app);
    cost.listen();
  });

  afterAll(async () => {
    cost.stop();
    await app.close();
  });

  async function costOf(step: () => Promise<{ status: number }>, status: number) {
    cost.reset();
    expect(await step()).toMatchObject({ status });
    return { statements: cost.statements, waitingCommits: cost.waitingCommits };
  }

  async function aVisitorWithCode() {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.phone)}`)).body;
    return { visitor, code: items[0]?.code ?? '' };
  }

  it('asking for a code: at most 2 statements, one waiting commit', async () => {
    const { statements, waitingCommits } = await costOf(() => world.aVisitor().requestCode(), 202);
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(statements.length).toBeGreaterThan(0);
    expect(waitingCommits).toBe(1);
  });

  it.each([
    ['a new person', 201],
    ['a known one', 200],
  ])('giving it back, %s: at most 6 statements, one waiting commit', async (who, status) => {
    const { visitor, code } = await aVisitorWithCode();
    let step = () => visitor.verify(code);
    if (who === 'a known one') {
      await visitor.verify(code);
      await app.advance('21 s');
      await visitor.requestCode();
      const { items } = (await visitor.api.inbox(`to=${encodeURIComponent(visitor.phone)}`)).body;
      step = () => visitor.verify(items[0]?.code ?? '');
    }
    const { statements, waitingCommits } = await costOf(step, status);
    expect(statements.length).toBeLessThanOrEqual(6);
    expect(statements.length).toBeGreaterThan(0);
    expect(waitingCommits).toBe(1);
  });

  it('reading one’s profile: at most 2 statements, no waiting commit', async () => {
    const { visitor, code } = await aVisitorWithCode();
    const { accessToken } = (await visitor.verify(code)).body;
    const api = visitor.api.with({ authorization: `Bearer ${accessToken}` });
    const { statements, waitingCommits } = await costOf(() => api.me(), 200);
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(statements.length).toBeGreaterThan(0);
    expect(waitingCommits).toBe(0);
  });

  it('refreshing a sign-in: at most 2 statements, one waiting commit', async () => {
    const { visitor, code } = await aVisitorWithCode();
    const { refreshToken } = (await visitor.verify(code)).body;
    const { statements, waitingCommits } = await costOf(() => visitor.api.refresh(refreshToken), 200);
    expect(statements).toHaveLength(2);
    expect(waitingCommits).toBe(1);
  });

  it('signing out: at most 2 statements, one waiting commit; what is no token waits for nothing', async () => {
    const { visitor, code } = await aVisitorWithCode();
    const { refreshToken } = (await visitor.verify(code)).body;
    expect(await costOf(() => visitor.api.logout('garbage'), 204)).toEqual({ statements: [], waitingCommits: 0 });
    const { statements, waitingCommits } = await costOf(() => visitor.api.logout(refreshToken), 204);
    expect(statements).toHaveLength(2);
    expect(waitingCommits).toBe(1);
  });

  it('changing a password and deleting an account: one waiting commit, also after somebody has guessed', async () => {
    const { visitor, code } = await aVisitorWithCode();
    const { accessToken } = (await visitor.verify(code)).body;
    const api = visitor.api.with({ authorization: `Bearer ${accessToken}` });
    await visitor.logIn('a wrong guess');
    const password = 'four words of mine';
    expect((await costOf(() => api.changePassword({ newPassword: password }), 204)).waitingCommits).toBe(1);
    await visitor.logIn('a wrong guess');
    expect((await costOf(() => api.deleteAccount(), 204)).waitingCommits).toBe(1);
  });

  it('a wrong code and asking how the message fares wait for nothing', async () => {
    const { visitor } = await aVisitorWithCode();
    expect((await costOf(() => visitor.verify('00000000'), 401)).waitingCommits).toBe(0);
    expect((await costOf(() => visitor.api.statusOf(visitor.challengeId), 200)).waitingCommits).toBe(0);
  });

  it('the functions that add to limits and give back say themselves that they wait for nothing', async () => {
    const functions = await app.sql<{ name: string; says: boolean }>(
      `SELECT proname AS name, prosrc ~ 'set_config\\(''synchronous_commit'', ''off''' AS says
       FROM pg_proc WHERE proname ~ '^rate_limit_(add|refund)$' ORDER BY 1`,
    );
    expect(functions.length).toBeGreaterThan(0);
    expect(functions.filter(({ says }) => !says)).toEqual([]);
  });

  it('does not grow with the number of people', async () => {
    const stepCosts = async () => {
      const { visitor, code } = await aVisitorWithCode();
      return (await costOf(() => visitor.verify(code), 201)).statements.length;
    };
    const before = await stepCosts();
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { visitor, code } = await aVisitorWithCode();
        await visitor.verify(code);
      }),
    );
    expect(await stepCosts()).toBe(before);
  });
});
