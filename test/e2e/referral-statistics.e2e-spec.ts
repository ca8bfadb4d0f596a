import { RequestInvalid } from '../../src/common/http/http.errors.js';
import { type ReferralStats, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeInvited } from '../support/invited.js';
import { type User, World } from '../support/world.js';

const DAY_MS = 86_400_000;

describe('Statistics of invitations', () => {
  let app: TestApp;
  let world: World;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    moderator = await world.aModerator();
  });

  afterAll(() => app.close());

  const today = (): string => app.clock.now().toISOString().slice(0, 10);
  const daysAgo = (days: number): string =>
    new Date(app.clock.now().getTime() - days * DAY_MS).toISOString().slice(0, 10);

  async function stats(query: Readonly<Record<string, string>> = {}): Promise<ReferralStats> {
    const answer = await moderator.api.referralStats(query);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  }

  const todays = async () => (await stats({ from: today() })).items[0];

  it('are for moderators and administrators', async () => {
    const [admin, user] = [await world.anAdmin(), await world.aUser()];
    expect(await world.aVisitor().api.referralStats()).toMatchObject({ status: 401 });
    expect(await user.api.referralStats()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await admin.api.referralStats()).toMatchObject({ status: 200 });
    expect(await moderator.api.referralStats()).toMatchObject({ status: 200 });
  });

  it('tell of people who came and codes that were activated today, at once', async () => {
    const before = await todays();
    const [inviter, invitee, other] = [await world.aUser(), await world.aUser(), await world.aUser()];
    const activation = { status: 200 };
    expect(await invitee.api.activate(inviter.tokens.user.inviteCode)).toMatchObject(activation);
    expect(await other.api.activate(invitee.tokens.user.inviteCode)).toMatchObject(activation);
    // The same once more activates nothing.
    expect(await other.api.activate(invitee.tokens.user.inviteCode)).toMatchObject(activation);
    const counted = { newPeople: (before?.newPeople ?? 0) + 3, activations: (before?.activations ?? 0) + 2 };
    expect(await todays()).toMatchObject(counted);
    expect(await other.api.deleteAccount()).toMatchObject({ status: 204 });
    expect(await todays()).toMatchObject(counted);
  });

  it('tell of share links that were opened', async () => {
    await app.sql(`INSERT INTO invite_days (day, opens) VALUES ('2025-05-01', 3), ('2025-05-03', 39)`);
    const { items, totals } = await stats({ from: '2025-05-01', to: '2025-05-03' });
    expect(items.map(({ day, opens }) => [day, opens])).toEqual([
      ['2025-05-01', 3],
      ['2025-05-02', 0],
      ['2025-05-03', 39],
    ]);
    expect(totals).toEqual({ opens: 42, newPeople: 0, activations: 0 });
  });

  it('name every day of the range, both ends included, the oldest first, and sum them up', async () => {
    const inviter = await world.aUser();
    const moments = [
      '2025-02-27T23:59:59.999Z',
      '2025-02-28T00:00:00Z',
      '2025-03-02T23:59:59.999Z',
      '2025-03-03T00:00:00Z',
    ];
    await makeInvited(app, inviter.id, moments.map((at) => ({ at: new Date(at) }))); // prettier-ignore
    expect(await stats({ from: '2025-02-28', to: '2025-03-02' })).toEqual({
      items: [
        { day: '2025-02-28', opens: 0, newPeople: 1, activations: 1 },
        { day: '2025-03-01', opens: 0, newPeople: 0, activations: 0 },
        { day: '2025-03-02', opens: 0, newPeople: 1, activations: 1 },
      ],
      totals: { opens: 0, newPeople: 2, activations: 2 },
    });
  });

  it('are of the last 30 days unless others are named', async () => {
    const { items } = await stats();
    expect(items.map(({ day }) => day)).toEqual(Array.from({ length: 30 }, (_, index) => daysAgo(29 - index)));
    expect((await stats({ to: '2024-03-01' })).items.map(({ day }) => day)).toEqual(
      Array.from({ length: 30 }, (_, index) => new Date(Date.UTC(2024, 1, 1 + index)).toISOString().slice(0, 10)),
    );
    expect((await stats({ from: daysAgo(2) })).items.map(({ day }) => day)).toEqual([daysAgo(2), daysAgo(1), today()]);
  });

  it('are of a leap year at most', async () => {
    expect((await stats({ from: '2024-01-01', to: '2024-12-31' })).items).toHaveLength(366);
    const tooLong: Readonly<Record<string, string>>[] = [
      { from: '2024-01-01', to: '2025-01-01' },
      { from: daysAgo(366) },
    ];
    for (const query of tooLong) {
      const answer = await moderator.api.referralStats(query);
      expect(answer).toMatchObject({ status: 422, body: { code: RequestInvalid.code } });
      expect(refusal(answer).errors).toMatchObject([{ field: 'from', rule: 'daysAtMost' }]);
    }
    expect((await stats({ from: daysAgo(365) })).items).toHaveLength(366);
  });

  it.each([
    ['an end before the beginning', { from: '2025-01-02', to: '2025-01-01' }, 'from', 'daysInOrder'],
    ['a beginning after today', { from: '2999-01-01' }, 'from', 'daysInOrder'],
    ['a day that is not in the calendar', { from: '2025-02-29' }, 'from', 'day'],
    ['a month that is not', { to: '2025-13-01' }, 'to', 'day'],
    ['a moment', { to: '2025-01-01T00:00:00Z' }, 'to', 'day'],
    ['a year of long ago', { from: '0000-01-01' }, 'from', 'day'],
    ['nothing', { from: '' }, 'from', 'day'],
  ])('refuse %s', async (_, query, field, rule) => {
    const answer = await moderator.api.referralStats(query);
    expect(answer).toMatchObject({ status: 422, body: { code: RequestInvalid.code } });
    expect(refusal(answer).errors).toMatchObject([{ field, rule }]);
  });

  it('hold nothing about persons, so that looking is not written down', async () => {
    const entries = () => app.sql<{ count: string }>('SELECT count(*) FROM audit_entries');
    const before = await entries();
    await stats();
    expect(await entries()).toEqual(before);
  });
});
