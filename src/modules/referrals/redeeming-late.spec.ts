import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { UsersService } from '../users/users.service.js';
import { Redemptions } from './redemptions.service.js';
import { CodeRetired } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule]);
});

afterAll(() => world.close());

describe('A code that was found, and has changed since', () => {
  it.each([
    ['retired', (owner: string) => world.get(ReferralsService).rotate(owner, '203.0.113.7')],
    ['its owner blocked', (owner: string) => world.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [owner])],
  ])('is activated by nobody when it was %s, and counts for nobody', async (_, change) => {
    const [owner, id, redemptions] = [await world.aPerson(), await world.aPerson(), world.get(Redemptions)];
    const { network } = world.anAsker();
    const found = await redemptions.find(await world.inviteCodeOf(owner), { network });
    expect(found.isOpen).toBe(true);
    await change(owner);
    const person = await world.get(UsersService).get(id);
    const redeemed = world
      .get(Database)
      .transaction(() => redemptions.redeem(person, found, { via: 'typed', network }));
    await expect(redeemed).rejects.toBeInstanceOf(CodeRetired);
    expect(await redemptions.activationOf(id)).toBeUndefined();
    expect(await world.sql('SELECT FROM inviters WHERE user_id = $1', [owner])).toEqual([]);
  });
});
