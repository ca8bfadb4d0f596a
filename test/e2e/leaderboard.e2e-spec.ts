import { newId } from '../../src/common/crypto.js';
import type { LeaderboardPage } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { expectFault } from '../support/fault.js';
import { makeInvited } from '../support/invited.js';
import { type User, World } from '../support/world.js';

type Ranked = LeaderboardPage['items'][number];

describe('The leaderboard of inviters', () => {
  let app: TestApp;
  let world: World;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    moderator = await world.aModerator();
  });

  beforeEach(async () => {
    await app.sql('TRUNCATE referrals, inviters');
  });

  afterAll(() => app.close());

  async function page(query: Readonly<Record<string, string>> = {}): Promise<LeaderboardPage> {
    const answer = await moderator.api.leaderboard(query);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  }

  async function allPages(limit: number): Promise<Ranked[]> {
    const all: Ranked[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, nextCursor }: LeaderboardPage = await page({ limit: String(limit), ...(cursor && { cursor }) });
      all.push(...items);
      cursor = nextCursor;
    }
    return all;
  }

  async function anInviterOf(invitees: number): Promise<User> {
    const inviter = await world.aUser();
    await makeInvited(app, inviter.id, invitees);
    return inviter;
  }

  const idsOf = (items: readonly Ranked[]): string[] => items.map(({ userId }) => userId);

  it('is for moderators and administrators, and nobody keeps it', async () => {
    const [admin, user] = [await world.anAdmin(), await world.aUser()];
    expect(await world.aVisitor().api.leaderboard()).toMatchObject({ status: 401 });
    expect(await user.api.leaderboard()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await admin.api.leaderboard()).toMatchObject({ status: 200 });
    const answer = await moderator.api.leaderboard();
    expect(answer).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('shows whoever has invited, most invitees first, with names and whole phones', async () => {
    const [two, three] = [await anInviterOf(2), await anInviterOf(3)];
    await two.api.changeProfile({ firstName: 'Анна', lastName: 'Иванова' });
    expect(await page()).toEqual({
      items: [
        { userId: three.id, phone: three.phone, name: null, status: 'active', invitees: 3 },
        { userId: two.id, phone: two.phone, name: 'Анна Иванова', status: 'active', invitees: 2 },
      ],
      nextCursor: null,
    });
  });

  it('knows of an activation at once', async () => {
    const inviter = await anInviterOf(1);
    const invitee = await world.aUser();
    expect(await invitee.api.activate(inviter.tokens.user.inviteCode)).toMatchObject({ status: 200 });
    expect((await page()).items).toMatchObject([{ userId: inviter.id, invitees: 2 }]);
  });

  it('keeps those who were blocked or deleted, of whom the id and the number are left', async () => {
    const [gone, blocked] = [await anInviterOf(2), await anInviterOf(1)];
    await gone.api.changeProfile({ firstName: 'Anna' });
    expect(await gone.api.deleteAccount()).toMatchObject({ status: 204 });
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [blocked.id]);
    expect((await page()).items).toEqual([
      { userId: gone.id, phone: null, name: null, status: 'deleted', invitees: 2 },
      { userId: blocked.id, phone: blocked.phone, name: null, status: 'blocked', invitees: 1 },
    ]);
  });

  it('counts invitees who were deleted', async () => {
    const inviter = await anInviterOf(1);
    await app.sql(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = (SELECT invitee_id FROM referrals)`);
    expect((await page()).items).toMatchObject([{ userId: inviter.id, invitees: 1 }]);
  });

  it.each([1, 2, 3, 100])('is whole over pages of %i, the newest person first among equals', async (limit) => {
    const root = await world.aUser();
    const inviters = await makeInvited(app, root.id, 6);
    for (const { id } of inviters) await makeInvited(app, id, 2);
    const equals = idsOf(inviters.map(({ id }) => ({ userId: id }) as Ranked))
      .sort()
      .reverse();
    const all = await allPages(limit);
    expect(idsOf(all)).toEqual([root.id, ...equals]);
    expect(all.map(({ invitees }) => invitees)).toEqual([6, 2, 2, 2, 2, 2, 2]);
  });

  it('says that more follow only where they do', async () => {
    await anInviterOf(1);
    await anInviterOf(2);
    expect((await page({ limit: '2' })).nextCursor).toBeNull();
    expect((await page({ limit: '1' })).nextCursor).not.toBeNull();
  });

  it('begins anew with a cursor that is none', async () => {
    const top = await anInviterOf(2);
    await anInviterOf(1);
    const encoded = (text: string) => Buffer.from(text).toString('base64url');
    const cursors = ['x', encoded('x'), encoded('1.x'), encoded(`x.${newId()}`), encoded(`99999999999.${newId()}`)];
    for (const cursor of [...cursors, encoded(`-1.${newId()}`), encoded(`1.${newId()}'`)]) {
      expect((await page({ limit: '1', cursor })).items).toMatchObject([{ userId: top.id }]);
    }
  });

  it.each<Readonly<Record<string, string>>>([
    { limit: '0' },
    { limit: '101' },
    { limit: 'x' },
    { cursor: 'x'.repeat(201) },
  ])('refuses %j', async (query) => {
    expect(await moderator.api.leaderboard(query)).toMatchObject({ status: 422 });
  });

  it('is written down before it is shown, without what it shows', async () => {
    const inviter = await anInviterOf(1);
    await page();
    const { items } = (await (await world.anAdmin()).api.auditLog({ action: 'referrals.leaderboard_viewed' })).body;
    const address = moderator.address.replace(/\d+$/, '*');
    expect(items[0]).toMatchObject({ actorId: moderator.id, subjectId: null, address, details: { found: 1 } });
    expect(JSON.stringify(items)).not.toContain(inviter.phone.slice(1));
    await app.sql('ALTER TABLE audit_entries RENAME TO audit_entries_away');
    await expectFault(app, '/api/v1/referrals/leaderboard', moderator).finally(() =>
      app.sql('ALTER TABLE audit_entries_away RENAME TO audit_entries'),
    );
  });
});
