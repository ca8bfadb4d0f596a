import { aGate } from '../../../test/support/memory-outbox.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { Administration } from '../users/administration.service.js';
import { UsersService } from '../users/users.service.js';
import { type Invitation, Redemptions } from './redemptions.service.js';
import { ActivationBusy, AlreadyActivated, CodeRetired, InviteCycle, OwnCode } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule]);
});

afterAll(() => world.close());

const inTransaction = <Result>(work: () => Promise<Result>) => world.get(Database).transaction(work);

/** What somebody finds of the code that somebody else has now. */
async function find(personId: string, ownerId: string): Promise<Invitation> {
  const { network } = world.anAsker();
  return world.get(Redemptions).find(await world.inviteCodeOf(ownerId), { network, personId });
}

async function redeem(id: string, invitation: Invitation, isNew = false) {
  const { network } = world.anAsker();
  const person = await world.get(UsersService).get(id);
  return inTransaction(() => world.get(Redemptions).redeem(person, invitation, { via: 'typed', network, isNew }));
}

describe('A code that was found, and has changed since', () => {
  it.each([
    ['retired', (owner: string) => world.get(ReferralsService).rotate(owner, '203.0.113.7')],
    ['its owner blocked', (owner: string) => world.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [owner])],
  ])('is activated by nobody when it was %s, and counts for nobody', async (_, change) => {
    const [owner, id] = [await world.aPerson(), await world.aPerson()];
    const found = await find(id, owner);
    expect(found.isOpen).toBe(true);
    await change(owner);
    await expect(redeem(id, found)).rejects.toBeInstanceOf(CodeRetired);
    expect(await world.get(Redemptions).activationOf(id)).toBeUndefined();
    expect(await world.sql('SELECT FROM inviters WHERE user_id = $1', [owner])).toEqual([]);
  });
});

describe('The code of an account that was deleted', () => {
  it('is one’s own for whoever signs in with its phone again', async () => {
    const phone = world.freshPhone();
    const [before, seeker] = [await world.aPerson({ phone }), await world.aPerson()];
    const found = await find(seeker, before);
    await world.get(Administration).erase(before);
    await expect(redeem(await world.aPerson({ phone }), found)).rejects.toBeInstanceOf(OwnCode);
    await expect(redeem(seeker, found)).rejects.toBeInstanceOf(CodeRetired);
  });
});

describe('While somebody else activates a code and does not come to an end', () => {
  let held: ReturnType<typeof aGate>;
  let holding: Promise<unknown>;
  let id: string;
  let inviter: string;
  let other: string;

  beforeEach(async () => {
    [id, inviter, other] = [await world.aPerson(), await world.aPerson(), await world.aPerson()];
    const [slow, by] = [await world.aPerson(), await world.aPerson()];
    const [invitation, taken] = [await find(slow, by), aGate()];
    held = aGate();
    holding = inTransaction(async () => {
      await redeem(slow, invitation).finally(taken.open);
      await held.gate;
    });
    await taken.gate;
  });

  afterEach(async () => {
    held.open();
    await holding;
  });

  it('others are told so after a while, and may try again, also in the same transaction', async () => {
    const invitation = await find(id, inviter);
    const activation = await inTransaction(async () => {
      await expect(redeem(id, invitation)).rejects.toBeInstanceOf(ActivationBusy);
      held.open();
      await holding;
      return redeem(id, invitation);
    });
    expect(activation.inviteCode).toBe(invitation.inviteCode);
    expect(await world.get(Redemptions).activationOf(id)).toEqual(activation);
  });

  it('what is settled for ever is told at once: one’s own code, the one that was activated, and a circle', async () => {
    const first = await redeem(id, await find(id, inviter), true);
    expect(await redeem(id, await find(id, inviter))).toEqual(first);
    await expect(redeem(id, await find(id, other))).rejects.toBeInstanceOf(AlreadyActivated);
    await expect(redeem(id, await find(id, id))).rejects.toBeInstanceOf(OwnCode);
    await expect(redeem(inviter, await find(inviter, id))).rejects.toBeInstanceOf(InviteCycle);
  });
});
