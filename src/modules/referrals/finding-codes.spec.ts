import { ServicesWorld } from '../../../test/support/services.js';
import { Redemptions } from './redemptions.service.js';
import { CodeUnknown, TooManyUnknownCodes } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

/** Nobody has it: it is never drawn, as it has no letter. */
const UNKNOWN = '000000';
const OF_PERSON = { name: 'invite-unknown-person', quota: 10, windowSeconds: 3_600 };
const OF_CHECKS = { name: 'invite-check-network', quota: 30, windowSeconds: 3_600 };
const OF_NETWORK = { name: 'invite-unknown-network', quota: 30, windowSeconds: 3_600 };

let world: ServicesWorld;
let redemptions: Redemptions;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule]);
  redemptions = world.get(Redemptions);
});

afterAll(() => world.close());

async function anOwner(status: 'active' | 'blocked' = 'active') {
  const id = await world.aPerson({ status });
  return { id, code: await world.inviteCodeOf(id) };
}

/** Somebody who looks codes up. */
async function aSeeker({ network } = world.anAsker()) {
  const personId = await world.aPerson();
  return { personId, network, find: (typed: string) => redemptions.find(typed, { network, personId }) };
}

/** Somebody who is not known yet. */
function aStranger({ network } = world.anAsker()) {
  return { network, find: (typed: string) => redemptions.find(typed, { network }) };
}

type Seeker = Pick<Awaited<ReturnType<typeof aSeeker>>, 'find'>;

const repeat = <Answer>(times: number, work: () => Promise<Answer>) => Array.from({ length: times }, work);

async function findsNothing({ find }: Seeker, times: number): Promise<void> {
  await Promise.all(repeat(times, () => expect(find(UNKNOWN)).rejects.toBeInstanceOf(CodeUnknown)));
}

/** What a search that comes too often is told. */
async function refusalOf(search: Promise<unknown>) {
  const refused: unknown = await search.catch((error: unknown) => error);
  if (!(refused instanceof TooManyUnknownCodes)) throw new Error('The search was not refused.');
  return refused.facts;
}

describe('Looking for the owner of a code', () => {
  it('finds them by any way to write it', async () => {
    const { id, code } = await anOwner();
    const { find } = await aSeeker();
    const found = { inviteCode: code, ownerId: id, isOpen: true, closesCircle: false, hasActivated: false };
    for (const typed of [code, ` ${code.toLowerCase()} `, [...code].join('-')])
      expect(await find(typed)).toEqual(found);
  });

  it('finds whose it was, and that it cannot be activated any more', async () => {
    const { id, code } = await anOwner();
    const next = await world.get(ReferralsService).rotate(id, '203.0.113.7');
    const { find } = await aSeeker();
    expect(await find(code)).toMatchObject({ inviteCode: code, ownerId: id, isOpen: false });
    expect(await find(next)).toMatchObject({ inviteCode: next, ownerId: id, isOpen: true });
  });

  it('finds that it cannot be activated while the owner is blocked', async () => {
    const { id, code } = await anOwner('blocked');
    const { find } = await aSeeker();
    expect(await find(code)).toMatchObject({ inviteCode: code, ownerId: id, isOpen: false });
    await world.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [id]);
    expect(await find(code)).toMatchObject({ isOpen: true });
  });

  it.each([UNKNOWN, '', '12345', 'a code', 'K7MUQX'])('says of %j that nobody has it', async (typed) => {
    for (const { find } of [await aSeeker(), aStranger()])
      await expect(find(typed)).rejects.toBeInstanceOf(CodeUnknown);
  });
});

describe('Codes that nobody has', () => {
  it('may be typed ten times an hour by a person, from wherever', async () => {
    const { personId, find } = await aSeeker();
    const { code } = await anOwner();
    await findsNothing({ find }, 6);
    const elsewhere = (typed: string) => redemptions.find(typed, { network: world.anAsker().network, personId });
    await findsNothing({ find: elsewhere }, 4);
    for (const search of [() => find(UNKNOWN), () => elsewhere(UNKNOWN), () => find(code)]) {
      const { policy, retryAfterSeconds = 0 } = await refusalOf(search());
      expect(policy).toEqual(OF_PERSON);
      expect(Math.abs(retryAfterSeconds - 3_580)).toBeLessThan(21);
    }
  });

  it('do not hinder others in the network, and whom they hinder takes nothing more from it', async () => {
    const { network, find } = await aSeeker();
    await findsNothing({ find }, 10);
    await Promise.all(repeat(25, () => refusalOf(find(UNKNOWN))));
    await findsNothing(await aSeeker({ ...world.anAsker(), network }), 10);
    await findsNothing(await aSeeker({ ...world.anAsker(), network }), 10);
  });

  it('may be typed thirty times an hour in a network, by whomever', async () => {
    const asker = world.anAsker();
    const stranger = aStranger(asker);
    const { code } = await anOwner();
    await findsNothing(await aSeeker(asker), 10);
    await findsNothing(stranger, 20);
    const { find } = await aSeeker(asker);
    const { network } = asker;
    for (const search of [() => stranger.find(UNKNOWN), () => find(code)])
      expect(await refusalOf(search())).toMatchObject({ policy: OF_NETWORK });
    expect(await redemptions.isOpen(code, network)).toBe(true);
    await findsNothing(aStranger(), 1);
  });

  it('count for an hour', async () => {
    const seeker = await aSeeker();
    await findsNothing(seeker, 10);
    await world.clock.advance('59 min');
    await refusalOf(seeker.find(UNKNOWN));
    await world.clock.advance('61 s');
    await findsNothing(seeker, 10);
  });

  it('are ten also when twenty are typed at once', async () => {
    const { find } = await aSeeker();
    const done = await Promise.allSettled(repeat(20, () => find(UNKNOWN)));
    const refused = done.map((each) => (each.status === 'rejected' ? (each.reason as Error).name : each.status));
    expect(refused.filter((name) => name === 'CodeUnknown')).toHaveLength(10);
    expect(refused.filter((name) => name === 'TooManyUnknownCodes')).toHaveLength(10);
  });

  it('are not what nobody can have', async () => {
    const seeker = await aSeeker();
    await Promise.all(repeat(31, () => expect(seeker.find('a code')).rejects.toBeInstanceOf(CodeUnknown)));
    await findsNothing(seeker, 10);
  });

  it('are not what somebody has or had', async () => {
    const [seeker, open, closed] = [await aSeeker(), await anOwner(), await anOwner('blocked')];
    for (const { code } of [open, closed]) for (let n = 0; n < 16; n += 1) await seeker.find(code);
    await findsNothing(seeker, 10);
    await findsNothing(aStranger({ ...world.anAsker(), network: seeker.network }), 20);
  });
});

describe('Asking whether a code is open', () => {
  it('says so of one that can be activated, however it is written', async () => {
    const [{ code }, { network }] = [await anOwner(), world.anAsker()];
    expect(await redemptions.isOpen(code, network)).toBe(true);
    expect(await redemptions.isOpen(` ${code.toLowerCase()}`, network)).toBe(true);
  });

  it('does not tell what was somebody’s from what never was', async () => {
    const [{ id, code }, blocked, { network }] = [await anOwner(), await anOwner('blocked'), world.anAsker()];
    await world.get(ReferralsService).rotate(id, '203.0.113.7');
    for (const typed of [code, blocked.code, UNKNOWN, 'a code'])
      expect(await redemptions.isOpen(typed, network)).toBe(false);
  });

  it('may be answered by no thirty times an hour in a network, about codes that nobody has', async () => {
    const [{ code }, { code: blocked }, asker] = [await anOwner(), await anOwner('blocked'), world.anAsker()];
    const isOpen = (typed: string) => redemptions.isOpen(typed, asker.network);
    for (let n = 0; n < 31; n += 1) expect([await isOpen(code), await isOpen(blocked)]).toEqual([true, false]);
    expect(await Promise.all(repeat(30, () => isOpen(UNKNOWN)))).not.toContain(true);
    for (const typed of [UNKNOWN, code, blocked])
      expect(await refusalOf(isOpen(typed))).toMatchObject({ policy: OF_CHECKS });
    // Whoever has signed in may still activate: anybody can ask, and as often as that.
    expect(await (await aSeeker(asker)).find(code)).toMatchObject({ isOpen: true });
  });
});

describe('Looking for the code of somebody who came by oneself', () => {
  /** Each was invited by the one before. */
  async function aChain(length: number): Promise<string[]> {
    const chain = [await world.aPerson()];
    while (chain.length < length) {
      const [above, below] = [chain.at(-1) ?? '', await world.aPerson()];
      await world.sql(
        `WITH counted AS (INSERT INTO inviters (user_id, invitees) VALUES ($1, 1))
         INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via) VALUES ($2, $1, 1, $3, 'typed')`,
        [above, below, await world.inviteCodeOf(above)],
      );
      chain.push(below);
    }
    return chain;
  }

  it.each([2, 3, 7])(
    'tells of the circle of %i that it would close, and counts as a code that nobody has',
    async (size) => {
      const chain = await aChain(size);
      const [personId = '', last = ''] = [chain[0], chain.at(-1)];
      const [code, { network }] = [await world.inviteCodeOf(last), world.anAsker()];
      const find = () => redemptions.find(code, { network, personId });
      for (let n = 0; n < 10; n += 1) expect(await find()).toMatchObject({ ownerId: last, closesCircle: true });
      expect(await refusalOf(find())).toMatchObject({ policy: OF_PERSON });
    },
  );

  it('is not looked for where the code could not be activated anyhow: by who has activated one, and when it is retired', async () => {
    const [, middle = '', bottom = ''] = await aChain(3);
    const { network } = world.anAsker();
    const code = await world.inviteCodeOf(bottom);
    const seen = (personId: string) => redemptions.find(code, { network, personId });
    for (let n = 0; n < 11; n += 1)
      expect(await seen(middle)).toMatchObject({ hasActivated: true, closesCircle: false });
    const [top = '', below = ''] = await aChain(2);
    const retired = await world.inviteCodeOf(below);
    await world.get(ReferralsService).rotate(below, '203.0.113.7');
    expect(await redemptions.find(retired, { network, personId: top })).toMatchObject({ closesCircle: false });
  });

  it('tells of none to whoever stands beside or below, to the owner, and to strangers', async () => {
    const [top = '', middle = '', bottom = ''] = await aChain(3);
    const { network } = world.anAsker();
    const seen = async (ownerId: string, personId?: string) =>
      (await redemptions.find(await world.inviteCodeOf(ownerId), { network, personId })).closesCircle;
    expect(await seen(top, bottom)).toBe(false);
    for (const own of [top, middle]) expect(await seen(own, own)).toBe(false);
    expect(await seen(bottom)).toBe(false);
    expect(await seen(bottom, (await aChain(2))[0])).toBe(false);
    expect(await seen(bottom, top)).toBe(true);
  });
});
