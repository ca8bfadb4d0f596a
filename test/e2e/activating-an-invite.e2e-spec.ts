import { createHash } from 'node:crypto';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type User, World } from '../support/world.js';

const UNKNOWN = '000A00';

describe('Activating the invite code of somebody else', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const twoPeople = async (): Promise<[User, User]> => [await world.aUser(), await world.aUser()];
  const activatedBy = async ({ api }: User) => (await api.me()).body.activatedInviteCode;
  const totalOf = async ({ api }: User) => (await api.me()).body.invitees.total;
  const setStatus = async ({ id }: User, status: 'active' | 'blocked') =>
    expect(await (await world.anAdmin()).api.changePerson(id, { status })).toMatchObject({ status: 200 });

  /** Each of them came by the code of the one before. */
  async function aChain(length: number): Promise<{ people: User[]; first: User; last: User }> {
    const first = await world.aUser();
    const people = [first];
    let last = first;
    while (people.length < length) people.push((last = await world.anInvitee(last)));
    return { people, first, last };
  }

  it('is possible because everybody gets a code of their own at the first sign-in, and keeps it', async () => {
    const [anna, boris] = await twoPeople();
    for (const { inviteCode } of [anna, boris])
      expect(inviteCode).toMatch(/^(?=.*\d)(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(anna.inviteCode).not.toBe(boris.inviteCode);
    await app.advance('21 s');
    expect((await world.aUser({ phone: anna.phone })).inviteCode).toBe(anna.inviteCode);
  });

  it('tells the code and when, and shows on both sides from then on', async () => {
    const [inviter, user] = await twoPeople();
    expect(await activatedBy(user)).toBeNull();
    const before = app.clock.now().getTime();
    const { status, body, headers } = await user.api.activate(inviter.inviteCode);
    expect({ status, body: Object.keys(body).sort() }).toEqual({ status: 200, body: ['activatedAt', 'inviteCode'] });
    expect(body.inviteCode).toBe(inviter.inviteCode);
    expect(Math.abs(Date.parse(body.activatedAt) - before)).toBeLessThan(60_000);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await activatedBy(user)).toBe(inviter.inviteCode);
    expect((await inviter.api.me()).body.invitees).toMatchObject({
      total: 1,
      items: [{ phone: user.phone, joinedAt: body.activatedAt }],
    });
  });

  it('may be done by an older person with the code of a younger one', async () => {
    const [older, younger] = await twoPeople();
    expect(await older.api.activate(younger.inviteCode)).toMatchObject({ status: 200 });
  });

  it('needs somebody who is signed in', async () => {
    const { inviteCode } = await world.aUser();
    expect(await world.aVisitor().api.activate(inviteCode)).toMatchObject({ status: 401 });
  });

  it('is refused to whoever was blocked meanwhile', async () => {
    const [inviter, user] = await twoPeople();
    await setStatus(user, 'blocked');
    expect(await user.api.activate(inviter.inviteCode)).toMatchObject({ status: 401 });
    expect(await totalOf(inviter)).toBe(0);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ' '],
    ['null', null],
    ['a number', 123456],
    ['a list', ['000A00']],
    ['65 characters', '000A00'.padEnd(65, '-')],
  ])('needs a text of 1 to 64 characters, not %s', async (_, inviteCode) => {
    const user = await world.aUser();
    const answer = await user.api.post('/api/v1/referrals/activate', { inviteCode });
    expect(refusal(answer)).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(refusal(answer).errors).toEqual([expect.objectContaining({ field: 'inviteCode' })]);
  });

  it('reads a text of 64 characters', async () => {
    const [inviter, user] = await twoPeople();
    const activated = await user.api.activate(inviter.inviteCode.padEnd(64, '-'));
    expect(activated).toMatchObject({ status: 200, body: { inviteCode: inviter.inviteCode } });
  });

  it.each([UNKNOWN, ' - ', 'ABC', '000A00000', 'invite me', 'https://example.com/i/000A00', "'; --", '000A0U'])(
    'says of %j that nobody has it',
    async (text) => {
      const user = await world.aUser();
      const refused = await user.api.activate(text);
      expect(refusal(refused)).toMatchObject({ status: 404, code: 'referrals.code_unknown' });
      expect(await activatedBy(user)).toBeNull();
    },
  );

  it('is refused with one’s own code', async () => {
    const user = await world.aUser();
    const refused = await user.api.activate(user.inviteCode);
    expect(refusal(refused)).toMatchObject({ status: 409, code: 'referrals.own_code' });
    expect((await user.api.me()).body).toMatchObject({ activatedInviteCode: null, invitees: { total: 0 } });
  });

  describe('happens once', () => {
    it('so the same code again gives the same answer, and counts once', async () => {
      const [inviter, user] = await twoPeople();
      const first = await user.api.activate(inviter.inviteCode);
      await app.advance('61 s');
      const again = await user.api.activate(inviter.inviteCode.toLowerCase(), { inviteVia: 'link' });
      expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
      expect(await totalOf(inviter)).toBe(1);
    });

    it('and gives the same answer when nobody else can activate that code any more', async () => {
      const [inviter, user] = await twoPeople();
      const first = await user.api.activate(inviter.inviteCode);
      expect(await inviter.api.rotateInviteCode()).toMatchObject({ status: 200 });
      expect(await user.api.activate(inviter.inviteCode)).toMatchObject({ status: 200, body: first.body });
      expect(await inviter.api.deleteAccount()).toMatchObject({ status: 204 });
      expect(await user.api.activate(inviter.inviteCode)).toMatchObject({ status: 200, body: first.body });
    });

    it('and another code is refused by telling which one it was', async () => {
      const [inviter, other] = await twoPeople();
      const user = await world.anInvitee(inviter);
      const refused = await user.api.activate(other.inviteCode);
      expect(refusal(refused)).toMatchObject({ status: 409, code: 'referrals.already_activated' });
      expect(refused.body).toMatchObject({ activatedInviteCode: inviter.inviteCode });
      expect([await activatedBy(user), await totalOf(inviter), await totalOf(other)]).toEqual([
        inviter.inviteCode,
        1,
        0,
      ]);
    });
  });

  describe('is refused as no longer valid', () => {
    const isRetired = async (code: string) => {
      const user = await world.aUser();
      const refused = await user.api.activate(code);
      expect(refusal(refused)).toMatchObject({ status: 410, code: 'referrals.code_retired' });
      expect(await activatedBy(user)).toBeNull();
    };

    it('when its owner has another by now', async () => {
      const owner = await world.aUser();
      await owner.api.rotateInviteCode();
      await isRetired(owner.inviteCode);
    });

    it('when its owner has deleted the account', async () => {
      const owner = await world.aUser();
      await owner.api.deleteAccount();
      await isRetired(owner.inviteCode);
    });

    it('while its owner is blocked, and not after that', async () => {
      const owner = await world.aUser();
      await setStatus(owner, 'blocked');
      await isRetired(owner.inviteCode);
      await setStatus(owner, 'active');
      expect(await (await world.aUser()).api.activate(owner.inviteCode)).toMatchObject({ status: 200 });
    });
  });

  describe('never puts people above themselves:', () => {
    const closesACircle = async (first: User, last: User) => {
      const refused = await first.api.activate(last.inviteCode);
      expect(refusal(refused)).toMatchObject({ status: 409, code: 'referrals.cycle' });
      expect([await activatedBy(first), await totalOf(last)]).toEqual([null, 0]);
    };

    it.each([2, 3, 5])('the first of %i who came by each other cannot come by the last', async (length) => {
      const { first, last } = await aChain(length);
      await closesACircle(first, last);
    });

    it('not even when somebody between them has deleted the account', async () => {
      const { people, first, last } = await aChain(3);
      expect(await people[1]?.api.deleteAccount()).toMatchObject({ status: 204 });
      await closesACircle(first, last);
    });

    it('nor when the code by which they came has been replaced', async () => {
      const { first, last } = await aChain(2);
      await first.api.rotateInviteCode();
      await last.api.rotateInviteCode();
      const { inviteCode } = (await last.api.me()).body;
      expect(refusal(await first.api.activate(inviteCode)).code).toBe('referrals.cycle');
    });

    it('but somebody with invitees may come by anybody who is not below them', async () => {
      const [trunk, branch] = [await aChain(3), await aChain(3)];
      const cousin = await world.anInvitee(trunk.first);
      expect(await branch.first.api.activate(cousin.inviteCode)).toMatchObject({ status: 200 });
      await closesACircle(trunk.first, branch.last);
      expect(await totalOf(trunk.first)).toBe(2);
    });
  });

  describe('keeps how the code came', () => {
    const edgeOf = async ({ id }: User) =>
      (
        await app.sql<{ via: string; network: Buffer }>('SELECT via, network FROM referrals WHERE invitee_id = $1', [
          id,
        ])
      )[0];

    it.each([
      ['typed', {}],
      ['typed', { inviteVia: 'typed' }],
      ['link', { inviteVia: 'link' }],
      ['qr', { inviteVia: 'qr' }],
    ])('as %s when it says %j', async (via, request) => {
      const [inviter, user] = await twoPeople();
      expect(await user.api.activate(inviter.inviteCode, request)).toMatchObject({ status: 200 });
      expect(await edgeOf(user)).toMatchObject({ via });
    });

    it.each(['', 'sms', 'QR', null, 1, ['qr']])('and refuses %j', async (inviteVia) => {
      const [inviter, user] = await twoPeople();
      const refused = await user.api.activate(inviter.inviteCode, { inviteVia });
      expect(refusal(refused)).toMatchObject({ status: 422, code: 'request.invalid' });
      expect(refusal(refused).errors).toEqual([expect.objectContaining({ field: 'inviteVia' })]);
      expect(await activatedBy(user)).toBeNull();
    });

    it('and from which network, so that equal ones are seen and none can be read', async () => {
      const inviter = await world.aUser();
      const one = await world.anInvitee(inviter);
      const neighbour = await world.anInvitee(inviter, { address: one.address.replace(/\d+$/, '255') });
      const stranger = await world.aUser();
      await stranger.api.activate(inviter.inviteCode);
      const [first, second, third] = await Promise.all([one, neighbour, stranger].map(edgeOf));
      expect(first?.network).toHaveLength(16);
      expect(first?.network).toEqual(second?.network);
      expect(first?.network).not.toEqual(third?.network);
      const network = one.address.replace(/\d+$/, '0/24');
      // There are few networks, so a hash without a key can be tried out.
      expect(first?.network).not.toEqual(createHash('sha256').update(network).digest().subarray(0, 16));
    });
  });
});
