import { overlapping } from '../../../test/support/overlapping.js';
import { PATIENT_LOCKS } from '../../../test/support/patience.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { UsersService } from '../users/users.service.js';
import { Redemptions } from './redemptions.service.js';
import { ActivatedBefore, AlreadyActivated, InviteCycle } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';

const ROUNDS = 5;

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule], { DATABASE_POOL: '8' });
  await world.sql(PATIENT_LOCKS);
});

afterAll(() => world.close());

const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.aPerson()));

/** All that is needed to activate the code of somebody; nothing but the activation itself happens when it is called. */
async function redeeming(id: string, ownerId: string) {
  const { network } = world.anAsker();
  const invitation = await world.get(Redemptions).find(await world.inviteCodeOf(ownerId), { network });
  const person = await world.get(UsersService).get(id);
  const how = { via: 'typed', network } as const;
  return () => world.get(Database).transaction(() => world.get(Redemptions).redeem(person, invitation, how));
}

type Done = readonly PromiseSettledResult<unknown>[];

const atOnce = (works: readonly (() => Promise<unknown>)[]): Promise<Done> =>
  Promise.allSettled(works.map((work) => work()));

const refusalsOf = (done: Done) =>
  done.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);

/** The numbers of the edges that go out from these people, or come in. */
const edgesOf = (ids: readonly string[]) =>
  world.sql<{ inviter: string; ordinal: number }>(
    `SELECT inviter_id AS inviter, ordinal FROM referrals WHERE invitee_id = ANY ($1) OR inviter_id = ANY ($1)
     ORDER BY ordinal`,
    [ids],
  );

const countsOf = async (ids: readonly string[]) =>
  (await world.sql<{ invitees: number }>('SELECT invitees FROM inviters WHERE user_id = ANY ($1)', [ids])).map(
    ({ invitees }) => invitees,
  );

/** Those who stand above themselves. */
const circles = () =>
  world.sql(
    `WITH RECURSIVE above (id, start) AS (
       SELECT inviter_id, invitee_id FROM referrals
       UNION
       SELECT inviter_id, start FROM above JOIN referrals ON invitee_id = above.id)
     SELECT id FROM above WHERE id = start`,
  );

afterEach(async () => expect(await circles()).toEqual([]));

describe('Activating codes at the same time', () => {
  it('leaves one person with one of two', async () => {
    const [id = '', one = '', other = ''] = await people(3);
    const [first, second] = [await redeeming(id, one), await redeeming(id, other)];
    const done = await overlapping(world, first, second);
    expect(refusalsOf(done)).toEqual([expect.any(AlreadyActivated)]);
    expect(await edgesOf([id])).toEqual([{ inviter: one, ordinal: 1 }]);
    expect(await countsOf([one, other])).toEqual([1]);
  });

  it('gives the same answer to one person who types one code twice', async () => {
    const [id = '', inviter = ''] = await people(2);
    const [first, again] = [await redeeming(id, inviter), await redeeming(id, inviter)];
    const [, done] = await overlapping(world, first, again);
    expect(done).toMatchObject({ status: 'fulfilled', value: { inviteCode: await world.inviteCodeOf(inviter) } });
    expect([await edgesOf([id]), await countsOf([inviter])]).toEqual([[{ inviter, ordinal: 1 }], [1]]);
  });

  it('leaves one edge between two who type each other’s', async () => {
    const [anna = '', boris = ''] = await people(2);
    const [first, second] = [await redeeming(anna, boris), await redeeming(boris, anna)];
    const done = await overlapping(world, first, second);
    expect(refusalsOf(done)).toEqual([expect.any(InviteCycle)]);
    expect(await edgesOf([anna, boris])).toEqual([{ inviter: boris, ordinal: 1 }]);
  });

  it('lets nobody close a circle that is one edge from closed', async () => {
    const [one = '', two = '', three = '', four = ''] = await people(4);
    await (
      await redeeming(one, two)
    )();
    await (
      await redeeming(three, four)
    )();
    const done = await overlapping(world, await redeeming(two, three), await redeeming(four, one));
    expect(refusalsOf(done)).toEqual([expect.any(InviteCycle)]);
    expect(await edgesOf([one, two, three, four])).toHaveLength(3);
  });

  it('leaves one of two accounts of somebody who had both contacts with an activation', async () => {
    const [phone, mailbox] = [world.freshPhone(), world.freshEmail()];
    const [one, other] = [
      await world.aPerson({ phone, email: mailbox }),
      await world.aPerson({ email: world.freshEmail() }),
    ];
    const users = world.get(UsersService);
    await users.changeContact(one, 'phone', world.freshPhone());
    await users.changeContact(other, 'phone', phone);
    await users.changeContact(other, 'phone', world.freshPhone());
    await users.changeContact(one, 'phone', phone);
    const done = await overlapping(
      world,
      await redeeming(one, await world.aPerson()),
      await redeeming(other, await world.aPerson()),
    );
    expect(refusalsOf(done)).toEqual([expect.any(ActivatedBefore)]);
  });

  it('lets somebody new come under whoever is just coming under others only after that', async () => {
    const [owner = '', one = '', two = '', newcomer = ''] = await people(4);
    await (
      await redeeming(one, two)
    )();
    const [coming, closing] = [await redeeming(newcomer, owner), await redeeming(two, newcomer)];
    const done = await overlapping(world, await redeeming(owner, one), async () => {
      await coming();
      // Before that nobody knows the code of somebody new.
      await closing();
    });
    expect(refusalsOf(done)).toEqual([expect.any(InviteCycle)]);
  });

  it.each([2, 3, 5])(`never closes a ring of %i, in any of ${ROUNDS} rounds`, async (size) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const ring = await people(size);
      const works = await Promise.all(ring.map((id, index) => redeeming(id, ring[(index + 1) % size] ?? '')));
      expect(refusalsOf(await atOnce(works))).toEqual([expect.any(InviteCycle)]);
      expect(await edgesOf(ring)).toHaveLength(size - 1);
    }
  });

  it('numbers twenty who type one code without gaps', async () => {
    const [inviter = '', ...invitees] = await people(21);
    const works = await Promise.all(invitees.map((id) => redeeming(id, inviter)));
    expect(refusalsOf(await atOnce(works))).toEqual([]);
    const numbers = (await edgesOf([inviter])).map(({ ordinal }) => ordinal);
    expect(numbers).toEqual(invitees.map((_id, index) => index + 1));
    expect(await countsOf([inviter])).toEqual([20]);
  });
});
