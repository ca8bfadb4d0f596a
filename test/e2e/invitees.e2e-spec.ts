import type { InviteesPage } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { changeContact } from '../support/contacts.js';
import { makeInvited } from '../support/invited.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

describe('Whom a person has invited', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const inviteesOf = async ({ api }: User) => (await api.me()).body.invitees;
  const phonesOf = ({ items }: { items: InviteesPage['items'] }) => items.map(({ phone }) => phone);

  /** So many who came one after the other; their phones, the newest first. */
  async function invitedBy(inviter: User, count: number): Promise<string[]> {
    const invited = await makeInvited(app, inviter.id, count);
    return invited.map(({ phone }) => phone).reverse();
  }

  async function pageOf({ api }: User, query: Record<string, string> = {}): Promise<InviteesPage> {
    const answer = await api.invitees(query);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  }

  /** Every page from a cursor on, to the last. */
  async function pagesFrom(inviter: User, cursor: string | null, limit?: string): Promise<InviteesPage[]> {
    const pages = [];
    for (let next = cursor; next !== null; next = pages.at(-1)?.nextCursor ?? null)
      pages.push(await pageOf(inviter, { ...(limit && { limit }), cursor: next }));
    return pages;
  }

  it('is nobody at first', async () => {
    const user = await world.aUser();
    const none = { items: [], nextCursor: null };
    expect(user.tokens.user.invitees).toEqual({ total: 0, ...none });
    expect(await inviteesOf(user)).toEqual({ total: 0, ...none });
    expect(await pageOf(user)).toEqual(none);
    expect((await user.api.ownReferrals()).body).toEqual({
      inviteCode: user.inviteCode,
      shareUrl: `http://localhost:3000/i/${user.inviteCode}`,
      activatedInviteCode: null,
      invitees: { total: 0 },
      opens: 0,
    });
  });

  it('is told in the profile with phone, name and when they came, and no more, the newest first', async () => {
    const inviter = await world.aUser();
    const [anna, boris] = [await world.anInvitee(inviter), await world.anInvitee(inviter)];
    await anna.api.changeProfile({
      firstName: 'Anna',
      lastName: 'Ivanova',
      city: 'Kazan',
      username: `anna_${Date.now()}`,
    });
    const { total, items, nextCursor } = await inviteesOf(inviter);
    expect({ total, nextCursor }).toEqual({ total: 2, nextCursor: null });
    expect(items).toEqual([
      { phone: boris.phone, name: null, deleted: false, joinedAt: expect.any(String) as string },
      { phone: anna.phone, name: 'Anna Ivanova', deleted: false, joinedAt: expect.any(String) as string },
    ]);
    const [newer = '', older = ''] = items.map(({ joinedAt }) => joinedAt);
    expect(Date.parse(newer)).toBeGreaterThan(Date.parse(older));
    expect(Math.abs(Date.parse(older) - Date.parse(anna.tokens.user.createdAt))).toBeLessThan(1_000);
    expect(await pageOf(inviter)).toEqual({ items, nextCursor });
  });

  it('says when they came, which may be long after they registered', async () => {
    const [inviter, user] = [await world.aUser(), await world.aUser()];
    await app.advance('5 min');
    const { activatedAt } = (await user.api.activate(inviter.inviteCode)).body;
    expect((await pageOf(inviter)).items).toMatchObject([{ joinedAt: activatedAt }]);
  });

  it.each([
    [{ firstName: 'Anna' }, 'Anna'],
    [{ lastName: 'Ivanova' }, 'Ivanova'],
  ])('names them as far as they told: %j', async (names, name) => {
    const inviter = await world.aUser();
    await (await world.anInvitee(inviter)).api.changeProfile(names);
    expect((await inviteesOf(inviter)).items).toMatchObject([{ name }]);
  });

  it('shows no phone of who has none, and never an e-mail address instead', async () => {
    const inviter = await world.aUser();
    const { email } = await world.anInvitee(inviter, { email: freshEmail() });
    expect((await inviteesOf(inviter)).items).toMatchObject([{ phone: null, name: null, deleted: false }]);
    expect(JSON.stringify([await inviter.api.me(), await inviter.api.invitees()])).not.toContain(email);
  });

  it('shows the phone that they have now', async () => {
    const inviter = await world.aUser();
    const [user, phone] = [await world.anInvitee(inviter), freshPhone()];
    await changeContact(app, user, phone);
    expect(phonesOf(await inviteesOf(inviter))).toEqual([phone]);
  });

  it('keeps who has deleted the account: counted, and without phone and name', async () => {
    const inviter = await world.aUser();
    const [staying, leaving] = [await world.anInvitee(inviter), await world.anInvitee(inviter)];
    await leaving.api.changeProfile({ firstName: 'Xenia' });
    const [{ joinedAt = '' } = {}] = (await inviteesOf(inviter)).items;
    expect(await leaving.api.deleteAccount()).toMatchObject({ status: 204 });
    const { total, items } = await inviteesOf(inviter);
    expect(total).toBe(2);
    expect(items).toMatchObject([
      { phone: null, name: null, deleted: true, joinedAt },
      { phone: staying.phone, deleted: false },
    ]);
    expect((await inviter.api.ownReferrals()).body.invitees.total).toBe(2);
  });

  it('keeps whoever was blocked since', async () => {
    const inviter = await world.aUser();
    const { phone, id } = await world.anInvitee(inviter);
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [id]);
    expect((await inviteesOf(inviter)).items).toMatchObject([{ phone, deleted: false }]);
  });

  it('are not those whom the invited have invited', async () => {
    const inviter = await world.aUser();
    const child = await world.anInvitee(inviter);
    const grandchild = await world.anInvitee(child);
    expect(await inviteesOf(inviter)).toMatchObject({ total: 1, items: [{ phone: child.phone }] });
    expect(await inviteesOf(child)).toMatchObject({ total: 1, items: [{ phone: grandchild.phone }] });
    const everything = JSON.stringify([await inviter.api.me(), await inviter.api.invitees()]);
    expect(everything).not.toContain(grandchild.phone);
    expect(everything).not.toContain(child.inviteCode);
  });

  it('is nobody else’s to see', async () => {
    const inviter = await world.aUser();
    await world.anInvitee(inviter);
    expect(await world.aVisitor().api.invitees()).toMatchObject({ status: 401 });
    expect(await world.aVisitor().api.ownReferrals()).toMatchObject({ status: 401 });
    expect(await pageOf(await world.aUser())).toEqual({ items: [], nextCursor: null });
    expect((await inviter.api.invitees()).headers.get('cache-control')).toBe('no-store');
  });

  it('is counted beside the own code and the activated one', async () => {
    const inviter = await world.aUser();
    const user = await world.anInvitee(inviter);
    await invitedBy(user, 3);
    expect((await user.api.ownReferrals()).body).toMatchObject({
      inviteCode: user.inviteCode,
      activatedInviteCode: inviter.inviteCode,
      invitees: { total: 3 },
    });
  });

  describe('in pages', () => {
    it.each([
      [20, 20, null],
      [21, 20, '2'],
    ])('of %i shows the newest %i in the profile', async (count, shown, nextCursor) => {
      const inviter = await world.aUser();
      const phones = await invitedBy(inviter, count);
      const invitees = await inviteesOf(inviter);
      expect(invitees).toMatchObject({ total: count, nextCursor });
      expect(phonesOf(invitees)).toEqual(phones.slice(0, shown));
      expect(await pageOf(inviter)).toEqual({ items: invitees.items, nextCursor });
    });

    it('follows where the profile ends, without gaps or repeats', async () => {
      const inviter = await world.aUser();
      const phones = await invitedBy(inviter, 45);
      const { nextCursor } = await inviteesOf(inviter);
      const pages = await pagesFrom(inviter, nextCursor);
      expect(pages.map(({ items }) => items.length)).toEqual([20, 5]);
      expect(pages.flatMap(phonesOf)).toEqual(phones.slice(20));
    });

    it('does so also while new people come', async () => {
      const inviter = await world.aUser();
      const phones = await invitedBy(inviter, 9);
      const first = await pageOf(inviter, { limit: '3' });
      expect(phonesOf(first)).toEqual(phones.slice(0, 3));
      const newer = await invitedBy(inviter, 4);
      const [second, ...rest] = await pagesFrom(inviter, first.nextCursor, '3');
      expect(second && phonesOf(second)).toEqual(phones.slice(3, 6));
      expect(rest.flatMap(phonesOf)).toEqual(phones.slice(6));
      expect(phonesOf(await pageOf(inviter, { limit: '4' }))).toEqual(newer);
    });

    it('has as many as are asked for, up to a hundred', async () => {
      const inviter = await world.aUser();
      const phones = await invitedBy(inviter, 101);
      const hundred = await pageOf(inviter, { limit: '100' });
      expect(phonesOf(hundred)).toEqual(phones.slice(0, 100));
      const ones = await pagesFrom(inviter, hundred.nextCursor, '1');
      expect(ones.map(phonesOf)).toEqual([phones.slice(100)]);
      expect(ones.at(-1)?.nextCursor).toBeNull();
    });

    it.each(['0', '101', '-1', '1.5', 'x'])('refuses the limit %s', async (limit) => {
      const user = await world.aUser();
      expect(await user.api.invitees({ limit })).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    });

    it.each(['0', '-1', '01', '1.5', '1e3', 'x', ' 7', '99999999999', "1'"])(
      'refuses the cursor %j',
      async (cursor) => {
        const refused = await (await world.aUser()).api.invitees({ cursor });
        expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'cursor' }] } });
      },
    );
  });

  describe('for staff', () => {
    it('is a number in lists of people, and the newest twenty with the person', async () => {
      const [inviter, moderator] = [await world.aUser(), await world.aModerator()];
      const phones = await invitedBy(inviter, 21);
      const { items } = (await moderator.api.people({ q: inviter.phone })).body;
      expect(items.map(({ id, invitees }) => ({ id, invitees }))).toEqual([
        { id: inviter.id, invitees: { total: 21 } },
      ]);
      const { invitees, inviteCode } = (await moderator.api.person(inviter.id)).body;
      expect({ inviteCode, total: invitees.total }).toEqual({ inviteCode: inviter.inviteCode, total: 21 });
      expect(phonesOf(invitees)).toEqual(phones.slice(0, 20));
    });

    it('is listed for each with their own codes and numbers', async () => {
      const [inviter, moderator] = [await world.aUser(), await world.aModerator()];
      const [one, other] = [await world.anInvitee(inviter), await world.anInvitee(inviter)];
      await invitedBy(one, 2);
      const { items } = (await moderator.api.people({ limit: '10' })).body;
      const listed = new Map(items.map((person) => [person.id, person]));
      for (const [user, total, activatedInviteCode] of [
        [inviter, 2, null],
        [one, 2, inviter.inviteCode],
        [other, 0, inviter.inviteCode],
      ] as const) {
        const { inviteCode } = user;
        expect(listed.get(user.id)).toMatchObject({ inviteCode, activatedInviteCode, invitees: { total } });
      }
    });
  });
});

describe('Whom a person has invited, where phones are masked', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ INVITEE_PHONES: 'masked' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('is told apart by the last digits, in the profile and in the list', async () => {
    const inviter = await world.aUser();
    const { phone } = await world.anInvitee(inviter);
    const expected = [{ phone: `+7 *** ***-**-${phone.slice(-2)}` }];
    const [{ body: profile }, { body: list }] = [await inviter.api.me(), await inviter.api.invitees()];
    expect([profile.invitees.items, list.items]).toMatchObject([expected, expected]);
    expect(JSON.stringify([profile, list])).not.toContain(phone.slice(2, -2));
  });

  it('has no phone where there is none to mask', async () => {
    const inviter = await world.aUser();
    await world.anInvitee(inviter, { email: freshEmail() });
    await (await world.anInvitee(inviter)).api.deleteAccount();
    expect((await inviter.api.me()).body.invitees.items).toMatchObject([
      { phone: null, deleted: true },
      { phone: null, deleted: false },
    ]);
  });

  it('is not hidden from staff, who see each person as they are', async () => {
    const [inviter, moderator] = [await world.aUser(), await world.aModerator()];
    const { id, phone } = await world.anInvitee(inviter);
    expect((await moderator.api.person(id)).body.phone).toBe(phone);
    expect((await moderator.api.person(inviter.id)).body.invitees.items).toMatchObject([{ phone }]);
    const masked = { phone: `+7 *** ***-**-${phone.slice(-2)}` };
    expect((await inviter.api.person(inviter.id)).body.invitees.items).toMatchObject([masked]);
  });

  it('shows people their own phone', async () => {
    const user = await world.anInvitee(await world.aUser());
    expect((await user.api.me()).body.phone).toBe(user.phone);
  });
});
