import { newId } from '../../src/common/crypto.js';
import { type ReferralTree, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addEdge } from '../support/edges.js';
import { makeInvited } from '../support/invited.js';
import { type User, World } from '../support/world.js';

type Node = ReferralTree['root'];

describe('The tree of invitations', () => {
  let app: TestApp;
  let world: World;
  let admin: User;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    admin = await world.anAdmin();
    moderator = await world.aModerator();
  });

  afterAll(() => app.close());

  async function treeOf(id: string, query?: string): Promise<ReferralTree> {
    const answer = await moderator.api.referralTree(id, query);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  }

  /** People each of whom has invited the next. */
  async function aChain(length: number): Promise<User[]> {
    const people = await Promise.all(Array.from({ length }, () => world.aUser()));
    for (const [n, { id }] of people.slice(1).entries()) await addEdge(app, [people[n]?.id ?? '', id]);
    return people;
  }

  const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
  const branchOf = ({ userId, children: [first] }: Node): string[] => [userId, ...(first ? branchOf(first) : [])];
  /** What looking must not change. */
  const stored = () =>
    Promise.all(['users', 'referrals', 'inviters', 'referral_links'].map((table) => app.sql(`TABLE ${table}`)));

  it('is for moderators and administrators', async () => {
    const user = await world.aUser();
    expect(await world.aVisitor().api.referralTree(user.id)).toMatchObject({ status: 401 });
    expect(await user.api.referralTree(user.id)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await admin.api.referralTree(user.id)).toMatchObject({ status: 200 });
    const answer = await moderator.api.referralTree(user.id);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('shows who invited whom, with names and whole phones, and who invited the person', async () => {
    const [above, root, child] = (await aChain(2)).concat(await world.aUser()) as [User, User, User];
    const at = new Date('2026-02-03T04:05:06.789Z');
    await addEdge(app, [root.id, child.id], { at, via: 'link' });
    await above.api.changeProfile({ firstName: 'Anna', lastName: 'Ivanova' });
    await child.api.changeProfile({ lastName: 'Петрова' });
    const tree = await treeOf(root.id);
    const status = 'active';
    expect(tree.inviter).toEqual({ userId: above.id, phone: above.phone, name: 'Anna Ivanova', status });
    expect(tree.root).toEqual({
      ...{ userId: root.id, phone: root.phone, name: null, status, via: 'typed', invitees: 1 },
      activatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      children: [
        { userId: child.id, phone: child.phone, name: 'Петрова', status, via: 'link', invitees: 0, children: [] },
      ].map((each) => ({ ...each, activatedAt: at.toISOString() })),
    });
    expect((await treeOf(above.id)).inviter).toBeNull();
    expect((await treeOf(above.id)).root).toMatchObject({ activatedAt: null, via: null });
  });

  it('goes down three levels, or as many as are asked for', async () => {
    const ids = idsOf(await aChain(6));
    expect(branchOf((await treeOf(ids[0] ?? '')).root)).toEqual(ids.slice(0, 4));
    for (const depth of [1, 2, 3]) {
      const { root } = await treeOf(ids[1] ?? '', `?depth=${depth}`);
      expect(branchOf(root)).toEqual(ids.slice(1, depth + 2));
    }
    const [child] = (await treeOf(ids[0] ?? '', '?depth=1')).root.children;
    expect(child).toMatchObject({ userId: ids[1], invitees: 1, children: [] });
  });

  it('shows the newest 20 of those whom a person has invited, and how many there are', async () => {
    const { id } = await world.aUser();
    const invitees = idsOf(await makeInvited(app, id, 25));
    const { root } = await treeOf(id, '?depth=2');
    expect(root.invitees).toBe(25);
    expect(root.children.map(({ userId }) => userId)).toEqual(invitees.slice(5).reverse());
  });

  it('keeps whoever was deleted or is blocked in their place', async () => {
    const [above, root, child, grandchild] = (await aChain(4)) as [User, User, User, User];
    for (const { id } of [above, root, child]) expect(await admin.api.deletePerson(id)).toMatchObject({ status: 204 });
    await admin.api.changePerson(grandchild.id, { status: 'blocked' });
    const tree = await treeOf(root.id);
    const nobody = { phone: null, name: null, status: 'deleted' };
    expect(tree.inviter).toEqual({ userId: above.id, ...nobody });
    expect(tree.root).toMatchObject({ userId: root.id, ...nobody, invitees: 1, via: 'typed' });
    expect(tree.root.children).toMatchObject([{ userId: child.id, ...nobody, invitees: 1 }]);
    expect(tree.root.children[0]?.children).toMatchObject([
      { userId: grandchild.id, phone: grandchild.phone, status: 'blocked' },
    ]);
  });

  it.each(['0', '4', '1.5', '-1', 'all', ''])('refuses a depth of "%s"', async (depth) => {
    const answer = await moderator.api.referralTree(admin.id, `?depth=${depth}`);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(new Set(refusal(answer).errors?.map(({ field }) => field))).toEqual(new Set(['depth']));
  });

  it.each(['01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a', 'nobody', '1'])('knows nobody with the id %s', async (id) => {
    expect(await moderator.api.referralTree(id)).toMatchObject({ status: 404, body: { code: 'users.not_found' } });
  });

  it('takes an id in capitals for the same', async () => {
    expect((await treeOf(admin.id.toUpperCase())).root.userId).toBe(admin.id);
  });

  it('leaves an entry in the audit log of who looked at whom, and changes nothing else', async () => {
    const [viewer, [root]] = [await world.aModerator(), await aChain(3)];
    const before = await stored();
    await viewer.api.referralTree(root?.id ?? '', '?depth=2');
    await viewer.api.referralTree(newId());
    await viewer.api.referralTree(root?.id ?? '', '?depth=9');
    expect(await stored()).toEqual(before);
    const { items } = (await admin.api.auditLog({ userId: viewer.id, action: 'referrals.tree_viewed' })).body;
    expect(items).toMatchObject([{ actorId: viewer.id, subjectId: root?.id, details: { depth: 2 } }]);
  });
});
