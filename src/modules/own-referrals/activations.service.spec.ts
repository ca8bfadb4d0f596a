import { overlapping } from '../../../test/support/overlapping.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { Redemptions, type Redeeming } from '../referrals/redemptions.service.js';
import {
  ActivatedBefore,
  AlreadyActivated,
  CodeUnknown,
  OwnCode,
  TooManyUnknownCodes,
} from '../referrals/referrals.errors.js';
import { Administration } from '../users/administration.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import { Activations } from './activations.service.js';
import { OwnReferralsModule } from './own-referrals.module.js';

/** Nobody has it: it is never drawn, as it has no letter. */
const UNKNOWN = '000000';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([OwnReferralsModule]);
});

afterAll(() => world.close());

const activate = (id: string, typed: string, how: Partial<Redeeming> = {}) =>
  world.get(Activations).activate({ id }, typed, { via: 'typed', network: world.anAsker().network, ...how });

async function twoPeople() {
  const [inviter, id] = [await world.aPerson(), await world.aPerson()];
  return { inviter, id, code: await world.inviteCodeOf(inviter) };
}

const edgesOf = (inviter: string) =>
  world.sql<{ invitee: string; network: Buffer | null }>(
    'SELECT invitee_id AS invitee, via, network FROM referrals WHERE inviter_id = $1 ORDER BY ordinal',
    [inviter],
  );

describe('Activating a code after signing in', () => {
  it('takes it as it was typed, and keeps how it came', async () => {
    const { inviter, id, code } = await twoPeople();
    const activation = await activate(id, ` ${code.toLowerCase()} `, { via: 'qr' });
    expect(activation).toEqual({ inviteCode: code, activatedAt: expect.any(Date) as Date, via: 'qr' });
    expect(await edgesOf(inviter)).toMatchObject([{ invitee: id, via: 'qr' }]);
  });

  it('keeps the network from which it was asked for', async () => {
    const { inviter, id, code } = await twoPeople();
    const [neighbour, { network }] = [await world.aPerson(), world.anAsker()];
    for (const who of [id, neighbour]) await activate(who, code, { network });
    await activate(await world.aPerson(), code);
    const [one, same, another] = (await edgesOf(inviter)).map((edge) => edge.network?.toString('hex'));
    expect([one === same, one === another]).toEqual([true, false]);
  });

  it('changes nothing when it is the same again, and is refused when it is another', async () => {
    const [{ inviter, id, code }, other] = [await twoPeople(), await twoPeople()];
    const first = await activate(id, code);
    expect(await activate(id, code)).toEqual(first);
    await expect(activate(id, other.code)).rejects.toBeInstanceOf(AlreadyActivated);
    expect([await edgesOf(inviter), await edgesOf(other.inviter)]).toEqual([[expect.anything()], []]);
  });

  it('is refused with one’s own', async () => {
    const { inviter, code } = await twoPeople();
    await expect(activate(inviter, code)).rejects.toBeInstanceOf(OwnCode);
  });

  it('counts what nobody has, against the person and the network', async () => {
    const [{ id, code }, { network }] = [await twoPeople(), world.anAsker()];
    for (let n = 0; n < 10; n += 1) await expect(activate(id, UNKNOWN)).rejects.toBeInstanceOf(CodeUnknown);
    await expect(activate(id, code)).rejects.toBeInstanceOf(TooManyUnknownCodes);
    const stranger = () => world.get(Redemptions).find(UNKNOWN, { network });
    for (let n = 0; n < 29; n += 1) await expect(stranger()).rejects.toBeInstanceOf(CodeUnknown);
    const other = await world.aPerson();
    await expect(activate(other, UNKNOWN, { network })).rejects.toBeInstanceOf(CodeUnknown);
    await expect(activate(other, code, { network })).rejects.toBeInstanceOf(TooManyUnknownCodes);
  });

  it('looks at the person as they are by now', async () => {
    const phone = world.freshPhone();
    const before = await world.aPerson({ phone });
    await activate(before, (await twoPeople()).code);
    await world.get(Administration).erase(before);
    const { id, code } = await twoPeople();
    await world.get(UsersService).changeContact(id, 'phone', phone);
    await expect(activate(id, code)).rejects.toBeInstanceOf(ActivatedBefore);
  });

  it('is refused to whoever is not there', async () => {
    const { inviter, id, code } = await twoPeople();
    await world.get(Administration).erase(id);
    for (const nobody of [id, newId()]) await expect(activate(nobody, code)).rejects.toBeInstanceOf(UserNotFound);
    expect(await edgesOf(inviter)).toEqual([]);
  });
});

describe('Activating a code while the account is being deleted', () => {
  it('comes after that, and is refused', async () => {
    const { inviter, id, code } = await twoPeople();
    const [, done] = await overlapping(
      world,
      () => world.get(Administration).erase(id),
      () => activate(id, code),
    );
    expect(done).toMatchObject({ status: 'rejected', reason: expect.any(UserNotFound) as object });
    expect(await edgesOf(inviter)).toEqual([]);
  });

  it('or before it, and then nothing is left of the network', async () => {
    const { inviter, id, code } = await twoPeople();
    const invitation = await world.get(Redemptions).find(code, world.anAsker());
    const how = { via: 'typed', network: world.anAsker().network } as const;
    const done = await overlapping(
      world,
      async () => world.get(Redemptions).redeem(await world.get(UsersService).lock(id), invitation, how),
      () => world.get(Administration).erase(id),
    );
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await edgesOf(inviter)).toEqual([{ invitee: id, via: 'typed', network: null }]);
  });
});
