import { aGate } from '../../../test/support/memory-outbox.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Administration } from '../users/administration.service.js';
import { UsersService } from '../users/users.service.js';
import { type Invitation, Redemptions } from './redemptions.service.js';
import { ActivationBusy, AlreadyActivated, CodeRetired, InviteCycle, OwnCode } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

const TAKE_PLACES = statement(
  'test.take_places',
  'SELECT pg_advisory_xact_lock(hashtextextended(id::text, 5208201104)) FROM unnest($1::uuid[]) AS id',
);

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

async function redeem(id: string, invitation: Invitation) {
  const { network } = world.anAsker();
  const person = await world.get(UsersService).get(id);
  return inTransaction(() => world.get(Redemptions).redeem(person, invitation, { via: 'typed', network }));
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
  let inviter: string;
  let slow: string;

  /** @param hasInvitees of those who activate slowly */
  async function hold(hasInvitees: boolean) {
    [inviter, slow] = [await world.aPerson(), await world.aPerson()];
    if (hasInvitees) await invites(slow);
    const invitation = await find(slow, inviter);
    await keepOpen(() => redeem(slow, invitation));
  }

  /** Does it in a transaction that does not end before the test. */
  async function keepOpen(work: () => Promise<unknown>) {
    const done = aGate();
    held = aGate();
    holding = inTransaction(async () => {
      await work().finally(done.open);
      await held.gate;
    });
    await done.gate;
  }

  const invites = async (id: string) => {
    const invitee = await world.aPerson();
    await redeem(invitee, await find(invitee, id));
  };

  /** Somebody who wants to activate the code of an inviter. */
  async function aLatecomer({ by, hasInvitees = false }: { by?: string; hasInvitees?: boolean } = {}) {
    const [id, owner] = [await world.aPerson(), by ?? (await world.aPerson())];
    if (hasInvitees) await invites(id);
    return { id, owner, invitation: await find(id, owner) };
  }

  afterEach(async () => {
    held.open();
    await holding;
  });

  it('whoever types the same code is told so after a while, and may try again, also in the same transaction', async () => {
    await hold(false);
    const { id, invitation } = await aLatecomer({ by: inviter });
    const activation = await inTransaction(async () => {
      await expect(redeem(id, invitation)).rejects.toBeInstanceOf(ActivationBusy);
      held.open();
      await holding;
      return redeem(id, invitation);
    });
    expect(activation.inviteCode).toBe(invitation.inviteCode);
    expect(await world.get(Redemptions).activationOf(id)).toEqual(activation);
  });

  it('so is whoever types the code of the one who is slow', async () => {
    await hold(false);
    const { id, invitation } = await aLatecomer({ by: slow });
    await expect(redeem(id, invitation)).rejects.toBeInstanceOf(ActivationBusy);
  });

  it('and whoever has invitees, where those who are slow have some', async () => {
    await hold(true);
    const { id, invitation } = await aLatecomer({ hasInvitees: true });
    await expect(redeem(id, invitation)).rejects.toBeInstanceOf(ActivationBusy);
  });

  it.each([
    ['those who have invited nobody', true, false],
    ['those who have invitees, where whoever is slow has none', false, true],
  ])('%s wait for nobody', async (_, slowHas, hasInvitees) => {
    await hold(slowHas);
    const { id, owner, invitation } = await aLatecomer({ hasInvitees });
    expect(await redeem(id, invitation)).toMatchObject({ inviteCode: await world.inviteCodeOf(owner) });
  });

  it('what is settled for ever is told at once: one’s own code, the one that was activated, and a circle', async () => {
    const [id, first, other] = [await world.aPerson(), await world.aPerson(), await world.aPerson()];
    const activation = await redeem(id, await find(id, first));
    const [again, another, own] = [await find(id, first), await find(id, other), await find(id, id)];
    const circle = await find(first, id);
    await keepOpen(() => world.get(Database).run(TAKE_PLACES, [[id, first, other]]));
    expect(await redeem(id, again)).toEqual(activation);
    await expect(redeem(id, another)).rejects.toBeInstanceOf(AlreadyActivated);
    await expect(redeem(id, own)).rejects.toBeInstanceOf(OwnCode);
    await expect(redeem(first, circle)).rejects.toBeInstanceOf(InviteCycle);
  });
});
