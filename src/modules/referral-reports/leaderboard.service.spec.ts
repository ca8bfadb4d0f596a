import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { AuditService } from '../audit/audit.service.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { Leaderboard, type LeaderboardPage } from './leaderboard.service.js';
import { ReferralReportsModule } from './referral-reports.module.js';

const NOBODY = '01a1fab4-e8b7-7510-956c-3d869b4aa817';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule, ReferralReportsModule]);
});

beforeEach(() => world.sql('TRUNCATE inviters, referrals'));

afterAll(() => world.close());

const aViewer = () => ({ actorId: newId(), address: '203.0.113.7' });
const page = (limit: number, cursor?: string, viewer = aViewer()) =>
  world.get(Leaderboard).page({ limit, cursor }, viewer);
const idsOf = ({ items }: LeaderboardPage) => items.map(({ userId }) => userId);

/** People who have invited so many, each; answers their ids. */
async function inviters(...counts: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const count of counts) {
    const id = await world.aPerson();
    await makeInvited(world, id, count);
    ids.push(id);
  }
  return ids;
}

/** The ids of every page from the first on. */
async function pagesOf(limit: number, cursor?: string): Promise<string[][]> {
  const { nextCursor, ...rest } = await page(limit, cursor);
  const ids = idsOf({ ...rest, nextCursor });
  return [ids, ...(nextCursor === null ? [] : await pagesOf(limit, nextCursor))];
}

const written = (actorId: string) =>
  world.sql(
    'SELECT action, subject_id AS subject, masked_address AS address, details FROM audit_entries WHERE actor_id = $1',
    [actorId],
  );

describe('The leaderboard', () => {
  it('is empty where nobody has invited anybody', async () => {
    await world.aPerson();
    expect(await page(20)).toEqual({ items: [], nextCursor: null });
  });

  it('shows who it is, by phone and name, and how many came', async () => {
    const phone = world.freshPhone();
    const userId = await world.aPerson({ phone, firstName: 'Anna', lastName: 'Ivanova', status: 'blocked' });
    await makeInvited(world, userId, 2);
    const shown = { userId, phone, name: 'Anna Ivanova', status: 'blocked', invitees: 2 };
    expect(await page(20)).toEqual({ items: [shown], nextCursor: null });
  });

  it('comes in pages, most invitees first, also where many have as many', async () => {
    const [a, b, c, d, e] = await inviters(1, 3, 1, 11, 1);
    expect((await pagesOf(2)).map((ids) => ids.length)).toEqual([2, 2, 1]);
    for (const limit of [1, 2, 4, 5, 100]) expect((await pagesOf(limit)).flat()).toEqual([d, b, e, c, a]);
  });

  it('says that more follow only where they do', async () => {
    await inviters(1, 1);
    expect((await page(2)).nextCursor).toBeNull();
    expect((await page(1)).nextCursor).toMatch(/^[\w-]+$/);
  });

  it.each(['', 'x', '1.x', '.', `x1.${NOBODY}`, `1234567890.${NOBODY}`, `-1.${NOBODY}`, `1.${NOBODY}x`])(
    'begins anew with a cursor that says %j',
    async (text) => {
      const ids = await inviters(1, 2);
      expect(idsOf(await page(20, Buffer.from(text).toString('base64url')))).toEqual(ids.reverse());
    },
  );

  it('is written down with how many it shows, before it shows them', async () => {
    await inviters(1, 1, 1);
    const viewer = aViewer();
    await page(2, undefined, viewer);
    const entry = { action: 'referrals.leaderboard_viewed', subject: null, address: '203.0.113.*' };
    expect(await written(viewer.actorId)).toEqual([{ ...entry, details: { found: 2 } }]);
    jest.spyOn(world.get(AuditService), 'record').mockRejectedValueOnce(new Error('not written'));
    await expect(page(2)).rejects.toThrow('not written');
  });
});
