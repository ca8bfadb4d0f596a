import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, type User, type Visitor, World } from '../support/world.js';

const times = <Result>(count: number, make: (index: number) => Result): Result[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('At once, with invite codes', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL: '10' });
    world = new World(app);
  });

  afterAll(() => app.close());

  const edgesOf = (phone: string) =>
    app.sql<{ code: string }>('SELECT code FROM referrals JOIN users ON users.id = invitee_id WHERE phone = $1', [
      phone,
    ]);
  const countOf = async ({ id }: User) => {
    const [row] = await app.sql<{ invitees: number }>('SELECT invitees FROM inviters WHERE user_id = $1', [id]);
    return row?.invitees ?? 0;
  };
  const ordinalsOf = async ({ id }: User) => {
    const rows = await app.sql<{ ordinal: number }>(
      'SELECT ordinal FROM referrals WHERE inviter_id = $1 ORDER BY ordinal',
      [id],
    );
    return rows.map(({ ordinal }) => ordinal);
  };

  async function asking(options = {}): Promise<{ visitor: Visitor; code: string }> {
    const visitor = world.aVisitor(options);
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    return { visitor, code: await visitor.readCode() };
  }

  it.each([
    ['somebody new', async () => freshPhone(), 201],
    ['somebody known', async () => (await world.aUser()).phone, 200],
  ])('ten right answers of %s activate once', async (_, choose, expected) => {
    const [inviter, phone] = [await world.aUser(), await choose()];
    await app.advance('21 s');
    const { visitor, code } = await asking({ phone });
    const invite = { inviteCode: inviter.inviteCode };
    const answers = await Promise.all(times(10, () => visitor.verify(code, undefined, invite)));
    expect(answers.map(({ status }) => status).sort()).toEqual([expected, ...Array<number>(9).fill(410)]);
    expect(await edgesOf(phone)).toEqual([{ code: inviter.inviteCode }]);
    expect(await countOf(inviter)).toBe(1);
  });

  it.each([
    ['new', async () => freshPhone()],
    ['known', async () => (await world.aUser()).phone],
  ])('somebody %s who signs in twice with two codes comes by one', async (_, choose) => {
    for (let round = 0; round < 5; round += 1) {
      const inviters = [await world.aUser(), await world.aUser()];
      const phone = await choose();
      await app.advance('21 s');
      const one = await asking({ phone });
      await app.advance('21 s');
      const both = [one, await asking({ phone })];
      const answers = await Promise.all(
        both.map(({ visitor, code }, index) =>
          visitor.verify(code, undefined, { inviteCode: inviters[index]?.inviteCode }),
        ),
      );
      expect(answers.filter(({ status }) => status < 300)).not.toHaveLength(0);
      expect(await edgesOf(phone)).toHaveLength(1);
      const counts = await Promise.all(inviters.map(countOf));
      expect(counts.sort()).toEqual([0, 1]);
    }
  });

  it('somebody who signs in with one code and activates another comes by one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const inviters = [await world.aUser(), await world.aUser()] as const;
      const user = await world.aUser();
      await app.advance('21 s');
      const { visitor, code } = await asking({ phone: user.phone });
      const [signedIn, activated] = await Promise.all([
        visitor.verify(code, undefined, { inviteCode: inviters[0].inviteCode }),
        user.api.activate(inviters[1].inviteCode),
      ]);
      expect(signedIn.status).toBe(200);
      const refused = [signedIn.body.inviteProblem !== undefined, activated.status === 409];
      expect(refused.sort()).toEqual([false, true]);
      expect(await edgesOf(user.phone)).toHaveLength(1);
    }
  });

  it('50 new people who come by one code are 50, and each has a number of their own', async () => {
    const inviter = await world.aUser();
    const coming = await Promise.all(times(50, () => asking()));
    const invite = { inviteCode: inviter.inviteCode };
    const answers = await Promise.all(coming.map(({ visitor, code }) => visitor.verify(code, undefined, invite)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    expect(answers.map(({ body }) => body.user.activatedInviteCode)).toEqual(Array(50).fill(inviter.inviteCode));
    expect(await ordinalsOf(inviter)).toEqual(times(50, (index) => index + 1));
    expect(await countOf(inviter)).toBe(50);
  });

  it('20 known people who come by one code are 20, and each has a number of their own', async () => {
    const inviter = await world.aUser();
    const users = await Promise.all(times(20, () => world.aUser()));
    const answers = await Promise.all(users.map(({ api }) => api.activate(inviter.inviteCode)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await ordinalsOf(inviter)).toEqual(times(20, (index) => index + 1));
    expect(await countOf(inviter)).toBe(20);
  });
});
