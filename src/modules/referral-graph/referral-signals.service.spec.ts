import { addInvitees, type EdgeFacts, shownNetwork } from '../../../test/support/edges.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { ReferralGraphModule } from './referral-graph.module.js';
import { ReferralSignals } from './referral-signals.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralGraphModule]);
});

afterAll(() => world.close());

const within = (hours = 24, actorId = newId()) =>
  world.get(ReferralSignals).within(hours, { actorId, address: '203.0.113.7' });
/** Counted from one moment, so that times are as far from each other as they say. */
const START = Date.now();
const ago = (minutes: number): Date => new Date(START - minutes * 60_000);
const times = (length: number, facts: (n: number) => EdgeFacts): EdgeFacts[] =>
  Array.from({ length }, (_, n) => facts(n));

/** Somebody by whom people were invited. */
async function anInviter(facts: readonly EdgeFacts[]): Promise<string> {
  const id = await world.aPerson();
  await addInvitees(world, id, facts);
  return id;
}

/** Everything that is told of somebody. */
async function burstOf(inviterId: string, hours?: number) {
  const { bursts } = await within(hours);
  const own = bursts.filter(({ inviter }) => inviter.userId === inviterId);
  expect(own.length).toBeLessThanOrEqual(1);
  return own[0];
}

async function networkOf(network: string, hours?: number) {
  const { networks } = await within(hours);
  return networks.find((each) => each.network === shownNetwork(network));
}

describe('A burst', () => {
  it('is ten activations within 60 minutes, and nine are none', async () => {
    const spread = (n: number): EdgeFacts => ({ at: ago(200 - n * 5) });
    expect(await burstOf(await anInviter(times(9, spread)))).toBeUndefined();
    const inviter = await anInviter(times(10, spread));
    expect(await burstOf(inviter)).toMatchObject({
      activations: 10,
      firstAt: ago(200),
      lastAt: ago(155),
    });
  });

  it('is none when the ten are spread over more than 60 minutes, and one over exactly 60', async () => {
    const over = (minutes: number) => times(10, (n) => ({ at: ago(200 - (n === 9 ? minutes : n)) }));
    expect(await burstOf(await anInviter(over(61)))).toBeUndefined();
    const exactly = await burstOf(await anInviter(over(60)));
    expect(exactly).toMatchObject({ activations: 10, lastAt: ago(140) });
  });

  it('is told as the strongest hour of a longer time, wherever the hour begins', async () => {
    const minutes = [500, 480, 460, 330, 329, 328, 327, 326, 325, 324, 323, 322, 301, 300, 271, 268, 100];
    const inviter = await anInviter(minutes.map((each) => ({ at: ago(each) })));
    expect(await burstOf(inviter)).toMatchObject({ activations: 12, firstAt: ago(330), lastAt: ago(271) });
  });

  it('is told as the newest of hours that are equally strong', async () => {
    const hours = [600, 300].map((minutes) => ago(minutes));
    const inviter = await anInviter(hours.flatMap((at) => times(10, () => ({ at }))));
    expect(await burstOf(inviter)).toMatchObject({ activations: 10, firstAt: hours[1], lastAt: hours[1] });
  });

  it('counts only what lies within the time that is looked back', async () => {
    const inviter = await anInviter(times(10, (n) => ({ at: ago(n === 0 ? 61 : 59) })));
    expect(await burstOf(inviter, 1)).toBeUndefined();
    expect(await burstOf(inviter, 2)).toMatchObject({ activations: 10 });
    const long = await anInviter(times(10, () => ({ at: ago(168 * 60 - 1) })));
    expect(await burstOf(long, 167)).toBeUndefined();
    expect(await burstOf(long, 168)).toMatchObject({ activations: 10 });
  });

  it('leaves out what is older also where ordinals and times go different ways', async () => {
    const inviter = await anInviter(times(12, (n) => ({ at: ago(n % 2 ? 50 : 70) })));
    await addInvitees(
      world,
      inviter,
      times(4, () => ({ at: ago(50) })),
    );
    expect(await burstOf(inviter, 1)).toMatchObject({ activations: 10 });
  });

  it('tells who it is, also when they were deleted or blocked', async () => {
    const at = ago(30);
    const deleted = await anInviter(times(10, () => ({ at })));
    await world.sql(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = $1`, [deleted]);
    const blocked = await anInviter(times(11, () => ({ at })));
    const phone = world.freshPhone();
    await world.sql(
      `UPDATE users SET status = 'blocked', phone = $2, first_name = 'Anna', last_name = 'Ivanova' WHERE id = $1`,
      [blocked, phone],
    );
    expect((await burstOf(deleted))?.inviter).toEqual({ userId: deleted, phone: null, name: null, status: 'deleted' });
    expect(await burstOf(blocked)).toEqual({
      inviter: { userId: blocked, phone, name: 'Anna Ivanova', status: 'blocked' },
      activations: 11,
      firstAt: at,
      lastAt: at,
    });
  });
});

describe('A busy network', () => {
  it('is one from which five codes were activated, and four are none', async () => {
    const networks = ['four', 'five'].map((name) => `${name} ${newId()}`);
    const inviter = await anInviter(times(4, (n) => ({ network: networks[0], at: ago(n) })));
    await addInvitees(
      world,
      inviter,
      times(5, (n) => ({ network: networks[1], at: ago(n) })),
    );
    expect(await networkOf(networks[0] ?? '')).toBeUndefined();
    expect(await networkOf(networks[1] ?? '')).toMatchObject({ activations: 5 });
  });

  it('tells whose codes these were, and whose most often', async () => {
    const network = newId();
    const [first, last] = [ago(400), ago(10)];
    const few = await anInviter(times(2, () => ({ network, at: first })));
    const most = await anInviter(times(3, () => ({ network, at: ago(90) })));
    const one = await anInviter([{ network, at: last }]);
    const phone = world.freshPhone();
    await world.sql('UPDATE users SET phone = $2, first_name = $3 WHERE id = $1', [most, phone, 'Anna']);
    expect(new Set([few, most, one]).size).toBe(3);
    expect(await networkOf(network)).toEqual({
      network: shownNetwork(network),
      activations: 6,
      inviters: 3,
      inviter: { userId: most, phone, name: 'Anna', status: 'active' },
      topActivations: 3,
      firstAt: first,
      lastAt: last,
    });
  });

  it('names the one who was busy last where several were equally busy', async () => {
    const network = newId();
    const inviters = [];
    for (const minutes of [30, 5, 60]) inviters.push(await anInviter(times(2, () => ({ network, at: ago(minutes) }))));
    expect(await networkOf(network)).toMatchObject({
      inviter: { userId: inviters[1] },
      topActivations: 2,
      inviters: 3,
    });
  });

  it('counts only what lies within the time that is looked back', async () => {
    const network = newId();
    await anInviter(times(5, (n) => ({ network, at: ago(n === 0 ? 61 : 59) })));
    expect(await networkOf(network, 1)).toBeUndefined();
    expect(await networkOf(network, 2)).toMatchObject({ activations: 5 });
  });

  it('is none of those that are not known any more', async () => {
    const before = (await within()).networks.length;
    await anInviter(times(6, () => ({})));
    expect((await within()).networks).toHaveLength(before);
  });
});

describe('Signals', () => {
  it('are told with the moment since when', async () => {
    const { since } = await within(48);
    expect(Math.abs(since.getTime() - ago(48 * 60).getTime())).toBeLessThan(60_000);
  });

  it('stand the strongest first, then the newest', async () => {
    const minutes = [300, 150, 250, 200, 275];
    const people = new Map<number, string>();
    for (const each of minutes) {
      people.set(each, await anInviter(times(30, () => ({ at: ago(each), network: `of ${each}` }))));
    }
    const strongest = await anInviter(times(31, () => ({ at: ago(500), network: 'of all' })));
    const order = [...minutes].sort((a, b) => a - b);
    const { bursts, networks } = await within();
    const inviters = bursts.slice(0, 6).map(({ inviter }) => inviter.userId);
    expect(inviters).toEqual([strongest, ...order.map((each) => people.get(each))]);
    const names = ['of all', ...order.map((each) => `of ${each}`)];
    expect(networks.slice(0, 6).map(({ network }) => network)).toEqual(names.map(shownNetwork));
  });

  it('are at most 100 of a kind', async () => {
    // Past what services do, so that it takes no time: 101 people who invited ten each, from a network of their own.
    await world.sql('TRUNCATE referrals, inviters');
    await world.sql(
      `INSERT INTO users (id) SELECT format('00000000-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid FROM generate_series(1, 1111) AS n`,
    );
    await world.sql(
      `INSERT INTO referral_links (code, user_id) SELECT id::text, id FROM users WHERE id < '00000000-0000-7000-8000-000000000102'`,
    );
    await world.sql(`
      INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network)
      SELECT format('00000000-0000-7000-8000-%s', lpad((101 + n)::text, 12, '0'))::uuid, inviter, 1 + (n - 1) / 101, inviter::text, 'typed', sha256(inviter::text::bytea)
      FROM generate_series(1, 1010) AS n,
        LATERAL (SELECT format('00000000-0000-7000-8000-%s', lpad((1 + n % 101)::text, 12, '0'))::uuid AS inviter) AS whose`);
    const strongest = await anInviter(times(11, () => ({ network: 'strongest' })));
    const { bursts, networks } = await within();
    expect([bursts.length, networks.length]).toEqual([100, 100]);
    expect(bursts[0]).toMatchObject({ inviter: { userId: strongest }, activations: 11 });
    expect(networks[0]).toMatchObject({ network: shownNetwork('strongest'), activations: 11 });
    const equal = bursts.slice(1);
    expect(equal.every(({ activations }) => activations === 10)).toBe(true);
    const ids = equal.map(({ inviter }) => inviter.userId);
    expect(ids).toEqual([...ids].sort());
  });

  it('are looked at by somebody, which is written down', async () => {
    const actorId = newId();
    await within(7, actorId);
    expect(
      await world.sql('SELECT action, subject_id, masked_address, details FROM audit_entries WHERE actor_id = $1', [
        actorId,
      ]),
    ).toEqual([
      { action: 'referrals.signals_viewed', subject_id: null, masked_address: '203.0.113.*', details: { hours: 7 } },
    ]);
  });
});
