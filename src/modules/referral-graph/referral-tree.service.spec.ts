import { addEdge } from '../../../test/support/edges.js';
import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { UserNotFound } from '../users/users.errors.js';
import { ReferralGraphModule } from './referral-graph.module.js';
import { ReferralTree, type TreeNode } from './referral-tree.service.js';
import type { Viewer } from './shown-person.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralGraphModule]);
});

afterAll(() => world.close());

const aViewer = (): Viewer => ({ actorId: newId(), address: '203.0.113.7' });
const treeOf = (userId: string, depth = 3, viewer = aViewer()) => world.get(ReferralTree).of({ userId, depth }, viewer);
const idsOf = (nodes: readonly TreeNode[]): string[] => nodes.map(({ userId }) => userId);

/** A person, somebody whom they invited, somebody whom that one invited, and so on. */
async function aChain(length: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < length) ids.push(await world.aPerson());
  for (const [n, id] of ids.slice(1).entries()) await addEdge(world, [ids[n] ?? '', id]);
  return ids;
}

/** The ids down the first branch of a tree. */
const branchOf = ({ userId, children: [first] }: TreeNode): string[] => [userId, ...(first ? branchOf(first) : [])];

describe('The tree of a person', () => {
  it('who was not invited and has invited nobody is that person alone', async () => {
    const phone = world.freshPhone();
    const userId = await world.aPerson({ phone, firstName: 'Anna', lastName: 'Ivanova' });
    const root = { userId, phone, name: 'Anna Ivanova', status: 'active', activatedAt: null, via: null, invitees: 0 };
    expect(await treeOf(userId)).toEqual({ inviter: null, root: { ...root, children: [] } });
  });

  it('shows who invited whom, how and when, and who invited the person, but not who invited that one', async () => {
    const [first, above, root] = await aChain(3);
    const at = new Date('2026-03-01T10:00:00.123Z');
    const phone = world.freshPhone();
    const child = await world.aPerson({ phone, lastName: 'Petrova' });
    await addEdge(world, [root ?? '', child], { at, via: 'qr' });
    const tree = await treeOf(root ?? '');
    const phones = await world.sql<{ phone: string }>('SELECT phone FROM users WHERE id = $1', [above]);
    expect(tree.inviter).toEqual({ userId: above, ...phones[0], name: null, status: 'active' });
    expect(tree.root).toMatchObject({ userId: root, invitees: 1, via: 'typed', activatedAt: expect.any(Date) as Date });
    const leaf = { userId: child, phone, name: 'Petrova', status: 'active', invitees: 0, children: [] };
    expect(tree.root.children).toEqual([{ ...leaf, activatedAt: at, via: 'qr' }]);
    expect(JSON.stringify(tree)).not.toContain(first);
  });

  it.each([1, 2, 3])('goes down %i levels, and says below how many there are', async (depth) => {
    const chain = await aChain(6);
    const { root } = await treeOf(chain[0] ?? '', depth);
    expect(branchOf(root)).toEqual(chain.slice(0, depth + 1));
    const below = await treeOf(chain[depth] ?? '', 1);
    expect(below.root.invitees).toBe(1);
  });

  it('says of the lowest level how many they have invited, without showing whom', async () => {
    const chain = await aChain(3);
    const { root } = await treeOf(chain[0] ?? '', 1);
    expect(root.children).toMatchObject([{ userId: chain[1], invitees: 1, children: [] }]);
  });

  it('shows the newest 20 of every person, the newest first', async () => {
    const root = await world.aPerson();
    const children = (await makeInvited(world, root, 23)).map(({ id }) => id);
    const grandchildren = (await makeInvited(world, children[20] ?? '', 21)).map(({ id }) => id);
    const tree = await treeOf(root, 2);
    expect(tree.root.invitees).toBe(23);
    expect(idsOf(tree.root.children)).toEqual(children.slice(3).reverse());
    const inner = tree.root.children.find(({ userId }) => userId === children[20]);
    expect(inner?.invitees).toBe(21);
    expect(idsOf(inner?.children ?? [])).toEqual(grandchildren.slice(1).reverse());
    expect(tree.root.children.filter((node) => node !== inner).every(({ children: none }) => none.length === 0)).toBe(
      true,
    );
  });

  it('takes numbers that are kept, and counts nothing', async () => {
    const [root = ''] = await aChain(2);
    await world.sql('UPDATE inviters SET invitees = 100000 WHERE user_id = $1', [root]);
    expect((await treeOf(root)).root.invitees).toBe(100_000);
  });

  it('keeps those who were deleted or blocked where they are', async () => {
    const chain = await aChain(5);
    await world.sql(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = ANY ($1)`, [chain.slice(0, 3)]);
    await world.sql(`UPDATE users SET status = 'blocked', first_name = 'Ivan' WHERE id = $1`, [chain[3]]);
    const { inviter, root } = await treeOf(chain[1] ?? '');
    const nobody = { phone: null, name: null, status: 'deleted' };
    expect(inviter).toEqual({ userId: chain[0], ...nobody });
    expect(branchOf(root)).toEqual(chain.slice(1));
    expect(root).toMatchObject({ ...nobody, invitees: 1 });
    expect(root.children[0]).toMatchObject(nobody);
    expect(root.children[0]?.children[0]).toMatchObject({ name: 'Ivan', status: 'blocked' });
  });

  it('is written down with whose it is, before it is shown', async () => {
    const viewer = aViewer();
    const [root = ''] = await aChain(2);
    await treeOf(root, 2, viewer);
    const entry = { action: 'referrals.tree_viewed', actorId: viewer.actorId, subjectId: root };
    expect(await world.entriesAbout(root)).toEqual([{ ...entry, address: '203.0.113.*', details: { depth: 2 } }]);
  });

  it('of nobody is none, and nothing is written down', async () => {
    const id = newId();
    await expect(treeOf(id)).rejects.toBeInstanceOf(UserNotFound);
    expect(await world.entriesAbout(id)).toEqual([]);
  });
});
