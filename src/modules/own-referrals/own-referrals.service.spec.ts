import { addEdge } from '../../../test/support/edges.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { Visits } from '../invite-visits/visits.service.js';
import { RotatedRecently } from '../referrals/referrals.errors.js';
import { Administration } from '../users/administration.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { OwnReferralsModule } from './own-referrals.module.js';
import { OwnReferralsService } from './own-referrals.service.js';

const ADDRESS = '203.0.113.7';

let world: ServicesWorld;
let own: OwnReferralsService;

beforeAll(async () => {
  world = await ServicesWorld.start([OwnReferralsModule], { PUBLIC_URL: 'https://id.example.com' });
  own = world.get(OwnReferralsService);
});

afterAll(() => world.close());

async function anOwner() {
  const id = await world.aPerson();
  return { id, code: await world.inviteCodeOf(id) };
}

/** Somebody opens the share link of a code. */
async function open(code: string): Promise<void> {
  await world.get(Visits).note(code, world.anAsker());
  await world.get(Visits).beforeApplicationShutdown();
}

const shareUrlOf = (code: string) => `https://id.example.com/i/${code}`;

describe('What a person has to do with invitations', () => {
  it('is at first the code and its link', async () => {
    const { id, code } = await anOwner();
    const none = { activatedInviteCode: null, invitees: { total: 0 }, opens: 0 };
    expect(await own.of(id)).toEqual({ inviteCode: code, shareUrl: shareUrlOf(code), ...none });
  });

  it('then whom they came by, who came by them, and how often the link was opened', async () => {
    const [inviter, owner, other] = [await anOwner(), await anOwner(), await anOwner()];
    await addEdge(world, [inviter.id, owner.id]);
    for (let n = 0; n < 2; n += 1) await addEdge(world, [owner.id, await world.aPerson()]);
    for (const { code } of [owner, other, owner, owner]) await open(code);
    expect(await own.of(owner.id)).toMatchObject({
      inviteCode: owner.code,
      activatedInviteCode: inviter.code,
      invitees: { total: 2 },
      opens: 3,
    });
  });

  it('is nothing for whoever is not there', async () => {
    const { id } = await anOwner();
    await world.get(Administration).erase(id);
    for (const nobody of [id, newId()]) {
      await expect(own.of(nobody)).rejects.toBeInstanceOf(UserNotFound);
      await expect(own.rotate(nobody, ADDRESS)).rejects.toBeInstanceOf(UserNotFound);
    }
  });
});

describe('Another code', () => {
  it('comes with its link, and with all that came by the old one', async () => {
    const { id, code } = await anOwner();
    await addEdge(world, [id, await world.aPerson()]);
    await open(code);
    const changed = await own.rotate(id, ADDRESS);
    const next = await world.inviteCodeOf(id);
    expect(next).not.toBe(code);
    expect(changed).toMatchObject({ inviteCode: next, shareUrl: shareUrlOf(next), invitees: { total: 1 }, opens: 1 });
    expect(await own.of(id)).toEqual(changed);
  });

  it('is not given twice a day', async () => {
    const { id } = await anOwner();
    const changed = await own.rotate(id, ADDRESS);
    await expect(own.rotate(id, ADDRESS)).rejects.toBeInstanceOf(RotatedRecently);
    expect(await own.of(id)).toEqual(changed);
  });

  it('is written down with the address, masked', async () => {
    const { id } = await anOwner();
    await own.rotate(id, ADDRESS);
    expect(await world.entriesAbout(id)).toMatchObject([{ action: 'referrals.code_rotated', address: '203.0.113.*' }]);
  });
});
