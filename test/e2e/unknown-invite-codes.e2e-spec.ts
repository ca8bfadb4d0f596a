import { type Answer, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { PATIENT_LOCKS, withoutQueues } from '../support/patience.js';
import { type User, World } from '../support/world.js';

const UNKNOWN = '000A00';
const HOUR = 3_600;

describe('Invite codes that nobody has', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '10' });
    world = new World(app);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.close());

  /** The person in a network where nobody else is. */
  const elsewhere = ({ api }: User) => api.with({ 'x-forwarded-for': world.aVisitor().address });
  const check = (address: string, code = UNKNOWN) =>
    world.aVisitor({ address }).api.get<{ valid: boolean }>(`/api/v1/invites/${code}`);
  const statuses = (answers: readonly Answer<unknown>[]) => {
    const [unknown, refused] = [404, 429].map((wanted) => answers.filter(({ status }) => status === wanted).length);
    return { of: answers.length, unknown, refused };
  };

  /** So many people behind one address. */
  async function neighbours(count: number, { address } = world.aVisitor()): Promise<User[]> {
    const users = [];
    while (users.length < count) users.push(await world.aUser({ address }));
    return users;
  }

  async function tries(user: User, count: number): Promise<void> {
    for (let attempt = 0; attempt < count; attempt += 1) {
      expect(refusal(await elsewhere(user).activate(UNKNOWN)).code).toBe('referrals.code_unknown');
    }
  }

  /** Uses up what a network may try, by people who may try more. */
  async function exhaust(users: readonly User[], times = 30): Promise<void> {
    for (let attempt = 0; attempt < times; attempt += 1) {
      expect(await users[attempt % users.length]?.api.activate(UNKNOWN)).toMatchObject({ status: 404 });
    }
  }

  function isRefused(answer: Answer<unknown>, policy: string): void {
    expect(refusal(answer)).toMatchObject({ status: 429, code: 'referrals.too_many_unknown_codes' });
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(HOUR - 120);
    expect(seconds).toBeLessThanOrEqual(HOUR);
    expect(refusal(answer).retryAfter).toBe(seconds);
    expect(answer.headers.get('ratelimit-policy')).toContain(policy);
  }

  describe('are tried ten times an hour by a person', () => {
    it('from whichever networks; then the right ones are refused, too, so that nobody learns which they are', async () => {
      const [user, owner] = [await world.aUser(), await world.aUser()];
      await tries(user, 10);
      isRefused(await elsewhere(user).activate(UNKNOWN), '"invite-unknown-person";q=10;w=3600');
      isRefused(await elsewhere(user).activate(owner.inviteCode), '"invite-unknown-person";q=10;w=3600');
      expect((await user.api.me()).body.activatedInviteCode).toBeNull();
    });

    it('which does not hinder the others on their network', async () => {
      const [guesser, other] = await neighbours(2);
      if (!guesser || !other) throw new Error('There are two.');
      for (let attempt = 0; attempt < 25; attempt += 1) await guesser.api.activate(UNKNOWN);
      expect(await guesser.api.activate(UNKNOWN)).toMatchObject({ status: 429 });
      for (let attempt = 0; attempt < 10; attempt += 1) {
        expect(await other.api.activate(UNKNOWN)).toMatchObject({ status: 404 });
      }
      expect(await other.api.activate((await world.aUser()).inviteCode)).toMatchObject({ status: 429 });
    });

    it('and each of them is forgotten after an hour', async () => {
      const user = await world.aUser();
      await tries(user, 1);
      await app.advance('30 min');
      const later = await world.aUser({ phone: user.phone });
      await tries(later, 9);
      const refused = await elsewhere(later).activate(UNKNOWN);
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeLessThanOrEqual(HOUR / 2);
      await app.advance(`${seconds} s`);
      const free = await world.aUser({ phone: user.phone });
      await tries(free, 1);
      expect(await elsewhere(free).activate(UNKNOWN)).toMatchObject({ status: 429 });
    });

    it('also when they are all tried at once', async () => {
      const user = await world.aUser();
      const answers = await Promise.all(Array.from({ length: 40 }, () => elsewhere(user).activate(UNKNOWN)));
      expect(statuses(answers)).toEqual({ of: 40, unknown: 10, refused: 30 });
    });
  });

  describe('are tried thirty times an hour from a network', () => {
    const POLICY = '"invite-unknown-network";q=30;w=3600';

    it('by whomever; then the right ones are refused there, too, and nowhere else', async () => {
      const [users, owner] = [await neighbours(4), await world.aUser()];
      await exhaust(users);
      const [first, ...others] = users;
      for (const { api } of others) isRefused(await api.activate(owner.inviteCode), POLICY);
      const neighbour = await world.aUser({ address: first?.address.replace(/\d+$/, '254') });
      isRefused(await neighbour.api.activate(owner.inviteCode), POLICY);
      expect(await elsewhere(neighbour).activate(owner.inviteCode)).toMatchObject({ status: 200 });
    });

    it('which ends after an hour', async () => {
      const users = await neighbours(3);
      await exhaust(users);
      await app.advance('1 hour');
      const [{ phone = '', address = '' } = {}] = users;
      const user = await world.aUser({ phone, address });
      expect(await user.api.activate((await world.aUser()).inviteCode)).toMatchObject({ status: 200 });
    });

    it('also when they are all tried at once', async () => {
      const users = await neighbours(5);
      const answers = await Promise.all(
        users.flatMap(({ api }) => Array.from({ length: 10 }, () => api.activate(UNKNOWN))),
      );
      expect(statuses(answers)).toEqual({ of: 50, unknown: 30, refused: 20 });
    });

    it('not the right ones, however many are activated at once', async () => {
      const [users, owner] = [await neighbours(60), await world.aUser()];
      withoutQueues();
      await app.sql(PATIENT_LOCKS);
      const answers = await Promise.all(users.map(({ api }) => api.activate(owner.inviteCode)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect((await owner.api.me()).body.invitees.total).toBe(60);
    }, 60_000);

    it('also when signing in', async () => {
      const { address } = world.aVisitor();
      const [owner, users] = [await world.aUser(), await neighbours(3, world.aVisitor({ address }))];
      await exhaust(users, 28);
      const guest = await world.aVisitor({ address }).signIn(UNKNOWN);
      expect(guest.tokens.inviteProblem?.code).toBe('referrals.code_unknown');
      expect(await guest.api.activate(UNKNOWN)).toMatchObject({ status: 404 });
      isRefused(await guest.api.activate(owner.inviteCode), POLICY);
      const { tokens } = await world.aVisitor({ address }).signIn(owner.inviteCode);
      expect(tokens).toMatchObject({ isNewUser: true, user: { activatedInviteCode: null } });
      expect(tokens.inviteProblem?.code).toBe('referrals.too_many_unknown_codes');
      expect(tokens.inviteProblem?.retryAfter).toBeGreaterThan(HOUR - 120);
    });

    it('and asking whether they are valid, which anybody can, keeps nobody from activating', async () => {
      const [user, owner] = [await world.aUser(), await world.aUser()];
      for (let attempt = 0; attempt < 30; attempt += 1) await check(user.address);
      isRefused(await check(user.address, owner.inviteCode), '"invite-check-network";q=30;w=3600');
      expect(await user.api.activate(owner.inviteCode)).toMatchObject({ status: 200 });
    });
  });

  describe('are not those', () => {
    it.each([
      ['that somebody has', async () => (await world.aUser()).inviteCode, 200],
      ['that somebody had', async () => retired(await world.aUser()), 410],
      ['that nobody can have', async () => 'my friend sent me', 404],
    ])('%s: they cost nothing', async (_, choose, expected) => {
      const [user, code] = [await world.aUser(), await choose()];
      const activated = [];
      for (let attempt = 0; attempt < 31; attempt += 1) activated.push((await user.api.activate(code)).status);
      expect(new Set(activated)).toEqual(new Set([expected]));
      for (let attempt = 0; attempt < 10; attempt += 1) {
        expect(await user.api.activate(UNKNOWN)).toMatchObject({ status: 404 });
      }
      expect(await user.api.activate(UNKNOWN)).toMatchObject({ status: 429 });
    });

    it('that were typed together with a wrong one-time code', async () => {
      const visitor = world.aVisitor();
      for (let attempt = 0; attempt < 29; attempt += 1) await check(visitor.address);
      await visitor.requestCode();
      for (const status of [401, 401]) {
        const wrong = (await visitor.readCode()).replace(/\d/g, (digit) => String(9 - Number(digit)));
        expect(await visitor.verify(wrong, undefined, { inviteCode: UNKNOWN })).toMatchObject({ status });
      }
      expect(await check(visitor.address)).toMatchObject({ status: 200, body: { valid: false } });
      expect(await check(visitor.address)).toMatchObject({ status: 429 });
    });

    async function retired(owner: User): Promise<string> {
      expect(await owner.api.rotateInviteCode()).toMatchObject({ status: 200 });
      return owner.inviteCode;
    }
  });
});
