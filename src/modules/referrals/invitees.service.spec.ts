import { addEdge } from '../../../test/support/edges.js';
import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { ReferralsConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { Administration } from '../users/administration.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { Invitees, type InviteesPage, standingOfNewcomer } from './invitees.service.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

let world: ServicesWorld;
let invitees: Invitees;
let masking: Invitees;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule]);
  invitees = world.get(Invitees);
  masking = new Invitees(world.get(Database), { ...world.get(ReferralsConfig), inviteePhones: 'masked' });
});

afterAll(() => world.close());

async function anInviterOf(people: Parameters<typeof makeInvited>[2]) {
  const id = await world.aPerson();
  return { id, code: await world.inviteCodeOf(id), invited: await makeInvited(world, id, people) };
}

/** Somebody with these columns, who came by the code of somebody else. */
async function anInvitee(columns: Parameters<ServicesWorld['aPerson']>[0]) {
  const inviter = await world.aPerson();
  const id = await world.aPerson(columns);
  await addEdge(world, [inviter, id]);
  return { inviter, id };
}

const phonesOf = ({ items }: InviteesPage) => items.map(({ phone }) => phone);
const newestFirst = (people: readonly { phone: string }[]) => people.map(({ phone }) => phone).reverse();

/** Every page from the first on. */
async function pagesOf(id: string, limit: number, cursor?: string): Promise<InviteesPage[]> {
  const page = await invitees.page(id, { limit, cursor });
  return [page, ...(page.nextCursor === null ? [] : await pagesOf(id, limit, page.nextCursor))];
}

describe('The standing of a person', () => {
  it('is their code and no more at first, as for whoever was registered just now', async () => {
    const id = await world.aPerson();
    const inviteCode = await world.inviteCodeOf(id);
    const none = { total: 0, items: [], nextCursor: null };
    const standing = await invitees.standingOf(id);
    expect(standing).toEqual({ inviteCode, activatedInviteCode: null, invitees: none });
    expect(standingOfNewcomer(inviteCode, null)).toEqual(standing);
    expect(standingOfNewcomer(inviteCode, '7HX2QC')).toEqual({ ...standing, activatedInviteCode: '7HX2QC' });
  });

  it('shows the code they came by, as it was', async () => {
    const { id, code, invited } = await anInviterOf(1);
    await world.get(ReferralsService).rotate(id, '203.0.113.7');
    expect(await invitees.standingOf(invited[0]?.id ?? '')).toMatchObject({
      inviteCode: invited[0]?.inviteCode,
      activatedInviteCode: code,
    });
  });

  it('shows the code that is valid, and keeps those who came by others', async () => {
    const { id } = await anInviterOf(2);
    const next = await world.get(ReferralsService).rotate(id, '203.0.113.7');
    const standing = await invitees.standingOf(id);
    expect(standing).toMatchObject({ inviteCode: next, invitees: { total: 2 } });
    expect(standing.invitees.items).toHaveLength(2);
  });

  it.each([
    [1, 1, false],
    [20, 20, false],
    [21, 20, true],
    [45, 20, true],
  ])('counts %i invitees and shows the newest %i', async (total, shown, hasMore) => {
    const { id, invited } = await anInviterOf(total);
    await anInviterOf(3);
    const standing = (await invitees.standingOf(id)).invitees;
    expect(standing.total).toBe(total);
    expect(phonesOf(standing)).toEqual(newestFirst(invited).slice(0, shown));
    expect(standing.nextCursor !== null).toBe(hasMore);
    const next = await invitees.page(id, { limit: 100, cursor: standing.nextCursor ?? '1' });
    expect(phonesOf(next)).toEqual(newestFirst(invited).slice(shown));
  });

  it('is nobody’s who is not there', async () => {
    const { id } = await anInviterOf(1);
    await world.get(Administration).erase(id);
    for (const nobody of [id, newId()]) await expect(invitees.standingOf(nobody)).rejects.toBeInstanceOf(UserNotFound);
  });
});

describe('The standings of several people', () => {
  it('are each one’s own', async () => {
    const [one, other] = [await anInviterOf(3), await anInviterOf(1)];
    const invitee = one.invited[0] ?? { id: '', inviteCode: '' };
    const next = await world.get(ReferralsService).rotate(other.id, '203.0.113.7');
    const standings = await invitees.standingsOf([invitee.id, other.id, one.id]);
    expect(Object.fromEntries(standings)).toEqual({
      [one.id]: { inviteCode: one.code, activatedInviteCode: null, invitees: { total: 3 } },
      [other.id]: { inviteCode: next, activatedInviteCode: null, invitees: { total: 1 } },
      [invitee.id]: { inviteCode: invitee.inviteCode, activatedInviteCode: one.code, invitees: { total: 0 } },
    });
  });

  it('leave out those who are not there', async () => {
    const [there, gone] = [await world.aPerson(), await world.aPerson()];
    await world.get(Administration).erase(gone);
    expect([...(await invitees.standingsOf([gone, newId(), there])).keys()]).toEqual([there]);
    expect((await invitees.standingsOf([])).size).toBe(0);
  });
});

describe('The invitees of a person', () => {
  it.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [4, [4, 1]],
    [5, [5]],
    [100, [5]],
  ])('come in pages of %i, the newest first, each once', async (limit, lengths) => {
    const { id, invited } = await anInviterOf(5);
    await anInviterOf(2);
    const pages = await pagesOf(id, limit);
    expect(pages.map(({ items }) => items.length)).toEqual(lengths);
    expect(pages.flatMap(phonesOf)).toEqual(newestFirst(invited));
  });

  it('stay on their pages when others come', async () => {
    const { id, invited } = await anInviterOf(5);
    const first = await invitees.page(id, { limit: 2 });
    const later = await makeInvited(world, id, 3);
    const next = await invitees.page(id, { limit: 2, cursor: first.nextCursor ?? '' });
    expect(phonesOf(next)).toEqual(newestFirst(invited).slice(2, 4));
    expect(phonesOf(await invitees.page(id, { limit: 3 }))).toEqual(newestFirst(later));
  });

  it.each(['6', '7', '999999999'])('come from the newest on for a cursor that is beyond: %s', async (cursor) => {
    const { id, invited } = await anInviterOf(5);
    expect(phonesOf(await invitees.page(id, { limit: 2, cursor }))).toEqual(newestFirst(invited).slice(0, 2));
  });

  it('are none for whoever has none, and before the first', async () => {
    const none = { items: [], nextCursor: null };
    expect(await invitees.page(await world.aPerson(), { limit: 20 })).toEqual(none);
    expect(await invitees.page(newId(), { limit: 20, cursor: '5' })).toEqual(none);
    const { id } = await anInviterOf(1);
    expect(await invitees.page(id, { limit: 20, cursor: '1' })).toEqual(none);
  });
});

describe('An invitee', () => {
  const itemsOf = async (inviter: string, by = invitees) => (await by.page(inviter, { limit: 20 })).items;

  it('is shown by phone, name, and when they activated the code', async () => {
    const at = new Date('2026-03-01T10:00:00.123Z');
    const { id, invited } = await anInviterOf([{ firstName: 'Anna', lastName: 'Ivanova', at }]);
    const shown = { phone: invited[0]?.phone, name: 'Anna Ivanova', deleted: false, joinedAt: at };
    expect(await itemsOf(id)).toEqual([shown]);
    expect((await invitees.standingOf(id)).invitees.items).toEqual([shown]);
  });

  it.each([
    [{ firstName: 'Anna' }, 'Anna'],
    [{ lastName: 'Ivanova' }, 'Ivanova'],
    [{}, null],
  ])('with the names %j is called %j', async (names, name) => {
    const { inviter } = await anInvitee(names);
    expect(await itemsOf(inviter)).toMatchObject([{ name }]);
  });

  it('has no phone who signed up by e-mail, and is no less there', async () => {
    const { inviter } = await anInvitee({ phone: null, email: world.freshEmail() });
    for (const by of [invitees, masking])
      expect(await itemsOf(inviter, by)).toMatchObject([{ phone: null, deleted: false }]);
  });

  it('who is deleted keeps the place and the day, and nothing else', async () => {
    const at = new Date('2026-03-01T10:00:00.123Z');
    const { id, invited } = await anInviterOf([{}, { firstName: 'Anna', at }, {}]);
    await world.get(Administration).erase(invited[1]?.id ?? '');
    for (const by of [invitees, masking]) {
      const { total, items } = (await by.standingOf(id)).invitees;
      expect([total, items.length]).toEqual([3, 3]);
      expect(items[1]).toEqual({ phone: null, name: null, deleted: true, joinedAt: at });
    }
  });

  it('who is blocked is shown as before', async () => {
    const phone = world.freshPhone();
    const { inviter } = await anInvitee({ phone, status: 'blocked' });
    expect(await itemsOf(inviter)).toMatchObject([{ phone, deleted: false }]);
  });

  it('is shown with the phone masked where that is wanted, everywhere', async () => {
    const { inviter } = await anInvitee({ phone: '+79991234567' });
    const masked = [{ phone: '+7 *** ***-**-67' }];
    expect(await itemsOf(inviter, masking)).toMatchObject(masked);
    expect((await masking.standingOf(inviter)).invitees.items).toMatchObject(masked);
  });

  it('is shown otherwise to whoever asks for that', async () => {
    const { inviter } = await anInvitee({ phone: '+79991234568' });
    expect((await masking.standingOf(inviter, 'full')).invitees.items).toMatchObject([{ phone: '+79991234568' }]);
    expect((await invitees.standingOf(inviter, 'masked')).invitees.items).toMatchObject([
      { phone: '+7 *** ***-**-68' },
    ]);
  });
});
