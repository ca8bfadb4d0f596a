import { Logger } from '@nestjs/common';
import { ServicesWorld } from '../../../test/support/services.js';
import { Database } from '../../platform/database/database.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { InviteVisitsModule } from './invite-visits.module.js';
import { type InviteVisitor, Visits } from './visits.service.js';

let world: ServicesWorld;
let visits: Visits;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule, InviteVisitsModule]);
  visits = world.get(Visits);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

async function anOwner() {
  const id = await world.aPerson();
  return { id, code: await world.inviteCodeOf(id) };
}

async function opensAfter({ id, code }: { id: string; code: string }, visitors: readonly InviteVisitor[]) {
  for (const visitor of visitors) await visits.note(code, visitor);
  await visits.beforeApplicationShutdown();
  return visits.opensOf(id);
}

describe('A visit of a share link', () => {
  it('is another one by another browser at the same address, or by one that does not say what it is', async () => {
    const visitor = world.anAsker();
    const browsers = ['a browser', 'another browser', null, null].map((userAgent) => ({ ...visitor, userAgent }));
    expect(await opensAfter(await anOwner(), browsers)).toBe(3);
  });

  it('that comes without a name is that of a browser whose name is empty', async () => {
    const visitor = world.anAsker();
    const browsers = [null, ''].map((userAgent) => ({ ...visitor, userAgent }));
    expect(await opensAfter(await anOwner(), browsers)).toBe(1);
  });

  it('counts up to a hundred times an hour in a network', async () => {
    const [{ network }, owner] = [world.anAsker(), await anOwner()];
    const crowd = Array.from({ length: 101 }, () => ({ ...world.anAsker(), network }));
    expect(await opensAfter(owner, crowd)).toBe(100);
    expect(await opensAfter(owner, [world.anAsker()])).toBe(101);
    await world.clock.advance('61 min');
    expect(await opensAfter(owner, [{ ...world.anAsker(), network }])).toBe(102);
  });

  it.each([
    ['the limits cannot be asked', () => jest.spyOn(world.get(RateLimiter), 'take')],
    ['it cannot be written', () => jest.spyOn(world.get(Database), 'first')],
  ])('goes on when %s, which is logged', async (_, method) => {
    const owner = await anOwner();
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(world.get(RateLimiter), 'take').mockResolvedValue(undefined);
    method().mockRejectedValueOnce(new Error('the database is away'));
    expect(await opensAfter(owner, [world.anAsker()])).toBe(0);
    expect(warned.mock.calls).toEqual([['Opens of share links that were not counted: 1']]);
  });

  it('that is the first of its day is counted without a word', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await world.clock.advance('1 day');
    expect(await opensAfter(await anOwner(), [world.anAsker()])).toBe(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it('is logged when its day does not begin', async () => {
    const [owner, visitor] = [await anOwner(), world.anAsker()];
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(world.get(RateLimiter), 'take').mockResolvedValue(undefined);
    const nothing = { begun: false };
    jest.spyOn(world.get(Database), 'first').mockResolvedValueOnce(nothing).mockResolvedValueOnce(nothing);
    expect(await opensAfter(owner, [visitor])).toBe(0);
    expect(warned.mock.calls).toEqual([['Opens of share links that were not counted: 1']]);
  });
});
