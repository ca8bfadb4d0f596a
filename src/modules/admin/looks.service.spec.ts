import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { Forbidden } from '../../common/http/http.errors.js';
import type { Role } from '../../common/role.js';
import { UserNotFound } from '../users/users.errors.js';
import { AdminModule } from './admin.module.js';
import { Looks, type Viewer } from './looks.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([AdminModule]);
});

afterAll(() => world.close());

const aViewer = (role: Role = 'moderator', actorId = newId()): Viewer => ({ actorId, role, address: '203.0.113.7' });

/** What the audit log says somebody did, the oldest first. */
const writtenBy = ({ actorId }: Viewer): Promise<object[]> =>
  world.sql(
    `SELECT action, subject_id AS "subjectId", masked_address AS address, details FROM audit_entries
     WHERE actor_id = $1 ORDER BY id`,
    [actorId],
  );

const aBlocked = async (): Promise<string> => {
  const id = await world.aPerson({ status: 'blocked' });
  await world.sql(`UPDATE users SET blocked_reason = 'Spam' WHERE id = $1`, [id]);
  return id;
};

describe('Staff who look at a person', () => {
  it.each<Role>(['moderator', 'admin'])(
    'as a %s see why the person was blocked, and that is written down',
    async (role) => {
      const id = await aBlocked();
      const viewer = aViewer(role);
      const view = await world.get(Looks).person(id, viewer);
      expect(view).toMatchObject({
        id,
        status: 'blocked',
        blockedReason: 'Spam',
        inviteCode: await world.inviteCodeOf(id),
      });
      expect(view).not.toHaveProperty('avatarId');
      expect(await writtenBy(viewer)).toEqual([
        { action: 'users.viewed', subjectId: id, address: '203.0.113.*', details: {} },
      ]);
    },
  );

  it('who are staff themselves see what was written of them, and nobody writes that down', async () => {
    const id = await aBlocked();
    const viewer = aViewer('admin', id);
    expect(await world.get(Looks).person(id, viewer)).toMatchObject({ blockedReason: 'Spam' });
    expect(await writtenBy(viewer)).toEqual([]);
  });

  it('after a change see them as they are now, which is written down already', async () => {
    const id = await aBlocked();
    expect(await world.get(Looks).changed(id)).toMatchObject({ id, blockedReason: 'Spam' });
    await expect(world.get(Looks).changed(newId())).rejects.toBeInstanceOf(UserNotFound);
  });

  it('who was deleted just now find nobody', async () => {
    const id = await world.aPerson();
    await world.sql('UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1', [id]);
    await expect(world.get(Looks).person(id, aViewer())).rejects.toBeInstanceOf(UserNotFound);
  });
});

describe('People who are no staff', () => {
  it('see themselves without what staff wrote', async () => {
    const id = await aBlocked();
    expect(await world.get(Looks).person(id, aViewer('user', id))).toMatchObject({ id, blockedReason: null });
  });

  it('see nobody else, not even whether there is somebody', async () => {
    const viewer = aViewer('user');
    for (const id of [await world.aPerson(), newId()])
      await expect(world.get(Looks).person(id, viewer)).rejects.toBeInstanceOf(Forbidden);
    expect(await writtenBy(viewer)).toEqual([]);
  });
});

describe('Staff who search', () => {
  it('see people with their invite codes, and what was searched by is written down, but not what', async () => {
    const username = `word_${newId().slice(-8)}`;
    const id = await world.aPerson({ username });
    const viewer = aViewer();
    const query = { q: username, role: 'user', status: 'active', limit: 10 } as const;
    const { items, nextCursor } = await world.get(Looks).people(query, viewer);
    expect(items).toMatchObject([{ id, username, inviteCode: await world.inviteCodeOf(id), blockedReason: null }]);
    expect(nextCursor).toBeNull();
    const details = { q: 'text', role: 'user', status: 'active', found: 1 };
    expect(await writtenBy(viewer)).toEqual([
      { action: 'users.searched', subjectId: null, address: '203.0.113.*', details },
    ]);
  });

  it('page by page, without those who were deleted since they were found', async () => {
    const username = `page_${newId().slice(-8)}`;
    const ids = [await world.aPerson({ username: `${username}1` }), await world.aPerson({ username: `${username}2` })];
    const first = await world.get(Looks).people({ q: username, limit: 1 }, aViewer());
    expect(first.items.map(({ id }) => id)).toEqual([ids[0]]);
    const cursor = first.nextCursor ?? undefined;
    expect(await world.get(Looks).people({ q: username, limit: 1, cursor }, aViewer())).toMatchObject({
      items: [{ id: ids[1] }],
      nextCursor: null,
    });
    await world.sql('UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1', [ids[0]]);
    const { items } = await world.get(Looks).people({ q: username, limit: 10 }, aViewer());
    expect(items.map(({ id }) => id)).toEqual([ids[1]]);
  });
});

describe('Administrators who read the audit log', () => {
  it('see entries with masked addresses, and it is written down of whom and of what they read', async () => {
    const subject = await world.aPerson();
    await world.get(Looks).person(subject, aViewer());
    const viewer = aViewer('admin');
    const query = { userId: subject, action: 'users.viewed', limit: 10 };
    const { items, nextCursor } = await world.get(Looks).auditLog(query, viewer);
    expect(items).toMatchObject([{ action: 'users.viewed', subjectId: subject, address: '203.0.113.*' }]);
    expect(items[0]).not.toHaveProperty('maskedAddress');
    expect(nextCursor).toBeNull();
    await world.get(Looks).auditLog({ limit: 10 }, viewer);
    expect(await writtenBy(viewer)).toEqual([
      { action: 'audit.viewed', subjectId: subject, address: '203.0.113.*', details: { action: 'users.viewed' } },
      { action: 'audit.viewed', subjectId: null, address: '203.0.113.*', details: {} },
    ]);
  });

  it('page by page, the newest first', async () => {
    const subject = await world.aPerson();
    for (let n = 0; n < 3; n += 1) await world.get(Looks).person(subject, aViewer());
    const pages: number[] = [];
    let cursor: string | undefined;
    const seen = new Set<string>();
    do {
      const query = { userId: subject, action: 'users.viewed', limit: 2, cursor };
      const { items, nextCursor } = await world.get(Looks).auditLog(query, aViewer('admin'));
      pages.push(items.length);
      items.forEach(({ id }) => seen.add(id));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual([2, 1]);
    expect(seen.size).toBe(3);
    const exact = { userId: subject, action: 'users.viewed', limit: 3 };
    expect((await world.get(Looks).auditLog(exact, aViewer('admin'))).nextCursor).toBeNull();
  });
});
