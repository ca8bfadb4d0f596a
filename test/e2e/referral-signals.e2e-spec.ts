import { type ReferralSignals, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addInvitees, type EdgeFacts, shownNetwork } from '../support/edges.js';
import { type User, World } from '../support/world.js';

describe('Signals of unusual invitations', () => {
  let app: TestApp;
  let world: World;
  let admin: User;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    admin = await world.anAdmin();
    moderator = await world.aModerator();
  });

  afterAll(() => app.close());

  /** Counted from one moment, so that times are as far from each other as they say. */
  const START = Date.now();
  const ago = (minutes: number): Date => new Date(START - minutes * 60_000);
  const times = (length: number, facts: (n: number) => EdgeFacts): EdgeFacts[] =>
    Array.from({ length }, (_, n) => facts(n));

  /** Somebody whose code was activated as the facts say. */
  async function anInviter(facts: readonly EdgeFacts[]): Promise<User> {
    const user = await world.aUser();
    await addInvitees(app, user.id, facts);
    return user;
  }

  async function signals(query?: string): Promise<ReferralSignals> {
    const answer = await moderator.api.referralSignals(query);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  }

  const burstOf = async ({ id }: User, query?: string) =>
    (await signals(query)).bursts.find(({ inviter }) => inviter.userId === id);

  const networkOf = async (name: string, query?: string) =>
    (await signals(query)).networks.find(({ network }) => network === shownNetwork(name));

  it('are for moderators and administrators', async () => {
    const user = await world.aUser();
    expect(await world.aVisitor().api.referralSignals()).toMatchObject({ status: 401 });
    expect(await user.api.referralSignals()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await admin.api.referralSignals()).toMatchObject({ status: 200 });
    expect((await moderator.api.referralSignals()).headers.get('cache-control')).toBe('no-store');
  });

  it('are none where nobody was invited', async () => {
    const { since, ...none } = await signals();
    expect(none).toEqual({ bursts: [], networks: [] });
    expect(Math.abs(Date.parse(since) - ago(24 * 60).getTime())).toBeLessThan(60_000);
  });

  it('name who had ten activations within 60 minutes, and not who had nine', async () => {
    const nine = await anInviter(times(9, (n) => ({ at: ago(100 - n) })));
    const ten = await anInviter(times(10, (n) => ({ at: ago(100 - n) })));
    await ten.api.changeProfile({ firstName: 'Anna' });
    expect(await burstOf(nine)).toBeUndefined();
    expect(await burstOf(ten)).toEqual({
      inviter: { userId: ten.id, phone: ten.phone, name: 'Anna', status: 'active' },
      activations: 10,
      firstAt: ago(100).toISOString(),
      lastAt: ago(91).toISOString(),
    });
  });

  it('name nobody for ten that are spread over 61 minutes', async () => {
    const spread = (minutes: number) => times(10, (n) => ({ at: ago(300 - (minutes / 9) * n) }));
    expect(await burstOf(await anInviter(spread(61)))).toBeUndefined();
    expect(await burstOf(await anInviter(spread(59)))).toMatchObject({ activations: 10 });
  });

  it('name networks from which five codes were activated, and not those with four', async () => {
    const few = await anInviter(times(4, () => ({ at: ago(20), network: 'four' })));
    await addInvitees(app, few.id, [{ at: ago(30), network: 'five' }]);
    const most = await anInviter(times(4, (n) => ({ at: ago(50 - n), network: 'five' })));
    expect(await networkOf('four')).toBeUndefined();
    expect(await networkOf('five')).toEqual({
      network: shownNetwork('five'),
      activations: 5,
      inviters: 2,
      inviter: { userId: most.id, phone: most.phone, name: null, status: 'active' },
      topActivations: 4,
      firstAt: ago(50).toISOString(),
      lastAt: ago(30).toISOString(),
    });
  });

  it('look back a day, or as many hours as are asked for', async () => {
    const network = 'of the day before yesterday';
    const old = await anInviter(times(10, () => ({ at: ago(25 * 60), network })));
    for (const query of [undefined, '?hours=24', '?hours=1']) {
      expect(await burstOf(old, query)).toBeUndefined();
      expect(await networkOf(network, query)).toBeUndefined();
    }
    for (const query of ['?hours=26', '?hours=168']) {
      expect(await burstOf(old, query)).toMatchObject({ activations: 10 });
      expect(await networkOf(network, query)).toMatchObject({ activations: 10 });
    }
  });

  it('still name whoever was deleted or blocked', async () => {
    const [deleted, blocked] = [await anInviter(times(12, () => ({}))), await anInviter(times(12, () => ({})))];
    await admin.api.deletePerson(deleted.id);
    await admin.api.changePerson(blocked.id, { status: 'blocked' });
    const nobody = { userId: deleted.id, phone: null, name: null, status: 'deleted' };
    expect((await burstOf(deleted))?.inviter).toEqual(nobody);
    expect((await burstOf(blocked))?.inviter).toMatchObject({ phone: blocked.phone, status: 'blocked' });
  });

  it('stand the strongest first', async () => {
    const weaker = await anInviter(times(20, () => ({ at: ago(5), network: 'weaker' })));
    const stronger = await anInviter(times(21, () => ({ at: ago(60), network: 'stronger' })));
    const { bursts, networks } = await signals();
    expect(bursts.slice(0, 2).map(({ inviter }) => inviter.userId)).toEqual([stronger.id, weaker.id]);
    expect(networks.slice(0, 2).map(({ network }) => network)).toEqual(['stronger', 'weaker'].map(shownNetwork));
  });

  it('do nothing to anybody: they only leave an entry in the audit log', async () => {
    const viewer = await world.aModerator();
    const inviter = await anInviter(times(15, () => ({ network: 'busy' })));
    const stored = () =>
      Promise.all(['users', 'referrals', 'inviters', 'referral_links'].map((table) => app.sql(`TABLE ${table}`)));
    const before = await stored();
    await viewer.api.referralSignals('?hours=5');
    await viewer.api.referralSignals('?hours=0');
    expect(await stored()).toEqual(before);
    expect(await inviter.api.me()).toMatchObject({ status: 200, body: { status: 'active' } });
    const { items } = (await admin.api.auditLog({ userId: viewer.id, action: 'referrals.signals_viewed' })).body;
    expect(items).toMatchObject([{ actorId: viewer.id, subjectId: null, details: { hours: 5 } }]);
  });

  it.each(['0', '169', '1.5', '-1', 'day', ''])('refuse to look back "%s" hours', async (hours) => {
    const answer = await moderator.api.referralSignals(`?hours=${hours}`);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(new Set(refusal(answer).errors?.map(({ field }) => field))).toEqual(new Set(['hours']));
  });
});
