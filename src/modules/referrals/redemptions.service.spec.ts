import { addEdge } from '../../../test/support/edges.js';
import { overlapping } from '../../../test/support/overlapping.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { Administration } from '../users/administration.service.js';
import { UsersService } from '../users/users.service.js';
import { Redemptions, type Redeeming } from './redemptions.service.js';
import { ActivatedBefore, AlreadyActivated, CodeRetired, InviteCycle, OwnCode } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

let world: ServicesWorld;
let redemptions: Redemptions;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule], { DATABASE_POOL: '8' });
  redemptions = world.get(Redemptions);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

const inTransaction = <Result>(work: () => Promise<Result>) => world.get(Database).transaction(work);
const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.aPerson()));
const two = async () => (await people(2)) as [string, string];
const block = (id: string) => world.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [id]);

/** Activates the code of somebody as it was found before. */
async function redeem(id: string, ownerId: string, how: Partial<Redeeming> = {}) {
  const { network } = world.anAsker();
  const invitation = await redemptions.find(await world.inviteCodeOf(ownerId), { network });
  const person = await world.get(UsersService).get(id);
  return inTransaction(() => redemptions.redeem(person, invitation, { via: 'typed', network, ...how }));
}

interface Edge {
  readonly invitee: string;
  readonly inviter: string;
  readonly ordinal: number;
  readonly via: string;
  readonly network: Buffer | null;
}

/** The edges at which any of these people stand, in the order of their numbers. */
const edgesOf = (...ids: string[]) =>
  world.sql<Edge>(
    `SELECT invitee_id AS invitee, inviter_id AS inviter, ordinal, via, network FROM referrals
     WHERE invitee_id = ANY ($1) OR inviter_id = ANY ($1) ORDER BY ordinal, activated_at`,
    [ids],
  );

const countOf = async (id: string) =>
  (await world.sql<{ invitees: number }>('SELECT invitees FROM inviters WHERE user_id = $1', [id]))[0]?.invitees;

describe('Activating a code', () => {
  it('says which and when, and is found again', async () => {
    const [inviter, id] = await two();
    expect(await redemptions.activationOf(id)).toBeUndefined();
    const before = world.clock.now().getTime();
    const activation = await redeem(id, inviter, { via: 'qr' });
    const inviteCode = await world.inviteCodeOf(inviter);
    expect(activation).toEqual({ inviteCode, activatedAt: expect.any(Date) as Date, via: 'qr' });
    expect(Math.abs(activation.activatedAt.getTime() - before)).toBeLessThan(60_000);
    expect(await redemptions.activationOf(id)).toEqual(activation);
    expect(await redemptions.activationOf(inviter)).toBeUndefined();
  });

  it('numbers those who come by somebody, and counts them', async () => {
    const [inviter = '', ...invitees] = await people(4);
    for (const id of invitees) await redeem(id, inviter);
    const edges = await edgesOf(inviter);
    expect(edges).toMatchObject(invitees.map((invitee, index) => ({ invitee, inviter, ordinal: index + 1 })));
    expect(await countOf(inviter)).toBe(3);
  });

  it.each(['typed', 'link', 'qr'] as const)('keeps that the code came %s', async (via) => {
    const [inviter, id] = await two();
    await redeem(id, inviter, { via });
    expect(await edgesOf(id)).toMatchObject([{ via }]);
  });

  it('keeps the network so that equal ones are seen and none can be read', async () => {
    const [inviter = '', ...invitees] = await people(4);
    const networks = ['198.51.100.0/24', '198.51.100.0/24', '203.0.113.0/24'];
    for (const [index, id] of invitees.entries()) await redeem(id, inviter, { network: networks[index] });
    const [one, same, another] = (await edgesOf(inviter)).map(({ network }) => network?.toString('hex'));
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(same).toBe(one);
    expect(another).not.toBe(one);
  });

  it('happens with what else the transaction does, or not at all', async () => {
    const [inviter, id] = await two();
    const failing = inTransaction(async () => {
      await redeem(id, inviter);
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect([await edgesOf(id), await countOf(inviter)]).toEqual([[], undefined]);
  });

  it('lets the transaction go on when it is refused', async () => {
    const [inviter, id] = await two();
    await inTransaction(async () => {
      await expect(redeem(id, id)).rejects.toBeInstanceOf(OwnCode);
      await redeem(id, inviter);
    });
    expect(await edgesOf(id)).toHaveLength(1);
  });
});

describe('Activating a code once more', () => {
  it('is the same as before when it is the same one, and counts once', async () => {
    const [inviter, id] = await two();
    const first = await redeem(id, inviter, { via: 'link' });
    const [edge] = await edgesOf(id);
    await world.clock.advance('61 s');
    expect(await redeem(id, inviter, { via: 'qr' })).toEqual(first);
    await block(inviter);
    expect(await redeem(id, inviter)).toEqual(first);
    expect([await edgesOf(id), await countOf(inviter)]).toEqual([[edge], 1]);
  });

  it('is refused when it is another, by telling which one it was', async () => {
    const [[inviter, id], other] = [await two(), await world.aPerson()];
    const { inviteCode } = await redeem(id, inviter);
    const refused: unknown = await redeem(id, other).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AlreadyActivated);
    expect(refused).toMatchObject({ facts: { extras: { activatedInviteCode: inviteCode } } });
    expect([await edgesOf(id), await countOf(other)]).toMatchObject([[{ inviter }], undefined]);
  });

  it('is refused when it is the new code of the same person', async () => {
    const [inviter, id] = await two();
    await redeem(id, inviter);
    await world.get(ReferralsService).rotate(inviter, '203.0.113.7');
    await expect(redeem(id, inviter)).rejects.toBeInstanceOf(AlreadyActivated);
    expect(await countOf(inviter)).toBe(1);
  });
});

describe('A code is not activated', () => {
  it('when it is one’s own', async () => {
    const [id, inviter] = await two();
    await expect(redeem(id, id)).rejects.toBeInstanceOf(OwnCode);
    await redeem(id, inviter);
    await expect(redeem(id, id)).rejects.toBeInstanceOf(OwnCode);
    expect(await countOf(id)).toBeUndefined();
  });

  it.each([
    ['whose owner is blocked', block],
    [
      'that was retired',
      (id: string) => world.sql('UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1', [id]),
    ],
  ])('%s', async (_, close) => {
    const [inviter, id] = await two();
    const inviteCode = await world.inviteCodeOf(inviter);
    await close(inviter);
    const { network } = world.anAsker();
    const invitation = await redemptions.find(inviteCode, { network });
    const person = await world.get(UsersService).get(id);
    const refused = inTransaction(() => redemptions.redeem(person, invitation, { via: 'typed', network }));
    await expect(refused).rejects.toBeInstanceOf(CodeRetired);
    expect(await edgesOf(id, inviter)).toEqual([]);
  });

  describe('by somebody who had another account', () => {
    /** Somebody with the phone of a deleted account, which had activated a code or not. */
    async function back({ activated }: { activated: boolean }) {
      const phone = world.freshPhone();
      const [inviter, before] = [await world.aPerson(), await world.aPerson({ phone })];
      if (activated) await redeem(before, inviter);
      await world.get(Administration).erase(before);
      return world.aPerson({ phone });
    }

    it('that had activated one', async () => {
      const [id, inviter] = [await back({ activated: true }), await world.aPerson()];
      await expect(redeem(id, inviter)).rejects.toBeInstanceOf(ActivatedBefore);
      await block(inviter);
      await expect(redeem(id, inviter)).rejects.toBeInstanceOf(ActivatedBefore);
      expect(await edgesOf(id, inviter)).toEqual([]);
    });

    it('unless that had activated none', async () => {
      const [id, inviter] = [await back({ activated: false }), await world.aPerson()];
      await redeem(id, inviter);
      expect(await edgesOf(id)).toHaveLength(1);
    });
  });

  describe('by somebody above its owner', () => {
    it.each([2, 3, 6])('the first of %i who came by one another', async (length) => {
      const chain = await people(length);
      for (const [index, id] of chain.slice(1).entries()) await redeem(id, chain[index] ?? '');
      const [first = '', last = ''] = [chain[0], chain.at(-1)];
      await expect(redeem(first, last)).rejects.toBeInstanceOf(InviteCycle);
      expect([await countOf(last), await redemptions.activationOf(first)]).toEqual([undefined, undefined]);
    });

    it('nor may the circle be closed further down', async () => {
      const [top = '', middle = '', bottom = '', other = ''] = await people(4);
      await redeem(bottom, middle);
      await redeem(other, bottom);
      await expect(redeem(middle, other)).rejects.toBeInstanceOf(InviteCycle);
      await redeem(middle, top);
      await expect(redeem(top, other)).rejects.toBeInstanceOf(InviteCycle);
    });

    it('though somebody with invitees may come by whoever is not below', async () => {
      const [trunk = '', branch = '', cousin = '', leaf = ''] = await people(4);
      await redeem(cousin, trunk);
      await redeem(leaf, branch);
      await redeem(branch, cousin);
      expect(await edgesOf(branch)).toHaveLength(2);
    });
  });
});

describe('Whoever was registered just now', () => {
  it('waits for nobody, and is asked nothing that can only be answered by no', async () => {
    const [[one, other], [inviter, id]] = [await two(), await two()];
    const code = await world.inviteCodeOf(inviter);
    const { network } = world.anAsker();
    const [invitation, person] = [await redemptions.find(code, { network }), await world.get(UsersService).get(id)];
    const asked = jest.spyOn(world.get(Database), 'run');
    const [, done] = await overlapping(
      world,
      () => redeem(other, one),
      () => {
        asked.mockClear();
        return inTransaction(() => redemptions.redeem(person, invitation, { via: 'link', network }));
      },
    );
    expect(done.status).toBe('fulfilled');
    expect(asked.mock.calls.map(([{ name }]) => name)).toEqual([
      'referrals.lock_places',
      'referrals.standing',
      'referrals.redeem',
    ]);
    expect(await edgesOf(id)).toMatchObject([{ inviter, via: 'link' }]);
  });
});

describe('Somebody who is deleted', () => {
  it('has come by a code all the same, and nobody knows from which network', async () => {
    const [inviter = '', leaving = '', staying = ''] = await people(3);
    for (const id of [leaving, staying]) await redeem(id, inviter);
    await world.get(Administration).erase(leaving);
    const edges = await edgesOf(inviter);
    expect(edges).toMatchObject([{ invitee: leaving, network: null }, { invitee: staying }]);
    expect(edges[1]?.network).toHaveLength(16);
    expect(await countOf(inviter)).toBe(2);
  });

  it('still stands between others', async () => {
    const [first, last] = await two();
    const middle = await world.aPerson();
    await addEdge(world, [first, middle]);
    await addEdge(world, [middle, last]);
    await world.get(Administration).erase(middle);
    await expect(redeem(first, last)).rejects.toBeInstanceOf(InviteCycle);
  });
});
