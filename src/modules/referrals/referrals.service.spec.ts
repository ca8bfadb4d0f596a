import { DatabaseError } from 'pg';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { Administration } from '../users/administration.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { RotatedRecently } from './referrals.errors.js';
import { ReferralsModule } from './referrals.module.js';
import { ReferralsService } from './referrals.service.js';

const ADDRESS = '203.0.113.7';
const CODE = /^[0-9A-HJKMNP-TV-Z]{6}$/;

let world: ServicesWorld;
let referrals: ReferralsService;

beforeAll(async () => {
  world = await ServicesWorld.start([ReferralsModule]);
  referrals = world.get(ReferralsService);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

async function anOwner() {
  const id = await world.aPerson();
  return { id, code: await world.inviteCodeOf(id) };
}

const rotate = (id: string) => referrals.rotate(id, ADDRESS);
const erase = (id: string) => world.get(Administration).erase(id);

/** The codes of somebody and whether each is retired, the first one first. */
const linksOf = (id: string) =>
  world.sql<{ code: string; retired: boolean }>(
    'SELECT code, retired_at IS NOT NULL AS retired FROM referral_links WHERE user_id = $1 ORDER BY created_at',
    [id],
  );

/** What a refused rotation says. */
async function refusalOf(id: string) {
  const refused: unknown = await rotate(id).catch((error: unknown) => error);
  if (!(refused instanceof RotatedRecently)) throw new Error('The rotation was not refused.');
  return refused.facts;
}

describe('An invite code', () => {
  it('is read as people mean it', () => {
    expect(referrals.read(' k7м-2qх ')).toBe('K7M2QX');
    expect(referrals.read('K7M2Q')).toBeUndefined();
  });

  it('is drawn anew for everybody', () => {
    const drawn = [referrals.minting(), referrals.minting()];
    for (const minting of drawn) expect(minting).toEqual([expect.stringMatching(CODE)]);
    expect(drawn[0]).not.toEqual(drawn[1]);
  });

  it('of a person is the one that is valid', async () => {
    const { id, code } = await anOwner();
    expect(await referrals.inviteCodeOf(id)).toBe(code);
    const next = await rotate(id);
    expect(await referrals.inviteCodeOf(id)).toBe(next);
  });

  it('is nobody’s who is not there', async () => {
    await expect(referrals.inviteCodeOf(newId())).rejects.toBeInstanceOf(UserNotFound);
    expect(await referrals.codesOf(newId())).toEqual([]);
  });
});

describe('A draw of a code', () => {
  const isTaken = (constraint: string, code = '23505') =>
    Object.assign(new DatabaseError('duplicate key', 0, 'error'), { code, constraint });
  const failing = (error: unknown) =>
    jest.fn(async (_: readonly unknown[]): Promise<never> => {
      throw error;
    });

  it('is given to what needs it, whose answer is answered', async () => {
    const work = jest.fn(async (minting: readonly unknown[]) => ({ minting }));
    const { minting } = await referrals.drawing(work);
    expect(minting).toEqual([expect.stringMatching(CODE)]);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is made again, with another code, when that one is somebody’s', async () => {
    const drawn: unknown[] = [];
    const answer = await referrals.drawing(async ([code]) => {
      drawn.push(code);
      if (drawn.length < 8) throw isTaken('referral_links_pkey');
      return 'done';
    });
    expect(answer).toBe('done');
    expect(new Set(drawn).size).toBe(8);
  });

  it('is made eight times at most', async () => {
    const error = isTaken('referral_links_pkey');
    const work = failing(error);
    await expect(referrals.drawing(work)).rejects.toBe(error);
    expect(work).toHaveBeenCalledTimes(8);
  });

  it.each([
    ['another constraint', isTaken('referral_links_active')],
    ['another error of the same table', isTaken('referral_links_pkey', '23503')],
    ['what PostgreSQL did not say', { code: '23505', constraint: 'referral_links_pkey' }],
  ])('is made once when it fails by %s', async (_, error) => {
    const work = failing(error);
    await expect(referrals.drawing(work)).rejects.toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('Another code', () => {
  it('takes the place of the old one, of which it is known that it is retired', async () => {
    const { id, code } = await anOwner();
    const other = await anOwner();
    const next = await rotate(id);
    expect(next).toMatch(CODE);
    expect(next).not.toBe(code);
    expect(await linksOf(id)).toEqual([
      { code, retired: true },
      { code: next, retired: false },
    ]);
    expect(await linksOf(other.id)).toEqual([{ code: other.code, retired: false }]);
  });

  it('is given once a day', async () => {
    const { id } = await anOwner();
    const next = await rotate(id);
    await world.clock.advance('23 hours 59 min');
    await expect(rotate(id)).rejects.toBeInstanceOf(RotatedRecently);
    expect(await referrals.inviteCodeOf(id)).toBe(next);
    await world.clock.advance('61 s');
    expect(await rotate(id)).not.toBe(next);
  });

  it('when refused says when there will be one', async () => {
    const { id } = await anOwner();
    await rotate(id);
    const policy = { name: 'invite-rotation', quota: 1, windowSeconds: 86_400 };
    const soon = await refusalOf(id);
    expect(soon).toEqual({ policy, retryAfterSeconds: expect.any(Number) as number });
    expect(86_400 - (soon.retryAfterSeconds ?? 0)).toBeLessThan(60);
    await world.clock.advance('20 hours');
    const later = await refusalOf(id);
    expect(Math.abs((later.retryAfterSeconds ?? 0) - 4 * 3_600)).toBeLessThan(60);
  });

  it('when refused for a day counts from the newest', async () => {
    const { id } = await anOwner();
    await rotate(id);
    await world.clock.advance('25 hours');
    await rotate(id);
    expect((await refusalOf(id)).retryAfterSeconds).toBeGreaterThan(86_000);
  });

  it('can be told at once when the day is over between the refusal and the question', async () => {
    const { id } = await anOwner();
    jest.spyOn(world.get(Database), 'first').mockResolvedValueOnce(undefined);
    expect(await refusalOf(id)).toMatchObject({ retryAfterSeconds: 1 });
  });

  it.each([2, 5])('is one when it is asked for %i times at once', async (times) => {
    const { id, code } = await anOwner();
    const done = await Promise.allSettled(Array.from({ length: times }, () => rotate(id)));
    const refused = done.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toEqual(Array.from({ length: times - 1 }, () => expect.any(RotatedRecently) as object));
    const links = await linksOf(id);
    expect(links).toHaveLength(2);
    expect(links[0]).toEqual({ code, retired: true });
  });

  it('is written down with the person and the masked address; a refusal is not', async () => {
    const { id, code } = await anOwner();
    const next = await rotate(id);
    await refusalOf(id);
    const entries = await world.entriesAbout(id);
    expect(entries).toEqual([
      { action: 'referrals.code_rotated', actorId: id, subjectId: id, address: '203.0.113.*', details: {} },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(new RegExp(`${code}|${next}`));
  });

  it('is not given when it cannot be written down', async () => {
    const { id, code } = await anOwner();
    jest.spyOn(world.get(AuditService), 'record').mockRejectedValueOnce(new Error('not written'));
    await expect(rotate(id)).rejects.toThrow('not written');
    expect(await linksOf(id)).toEqual([{ code, retired: false }]);
    expect(await rotate(id)).not.toBe(code);
  });

  it('is drawn again when it was somebody’s, even long ago', async () => {
    const [{ id, code }, other] = [await anOwner(), await anOwner()];
    await rotate(other.id);
    const drawn = jest.spyOn(referrals, 'minting').mockReturnValueOnce([other.code]).mockReturnValueOnce([code]);
    expect(await rotate(id)).toMatch(CODE);
    expect(drawn).toHaveBeenCalledTimes(3);
    expect(await linksOf(id)).toHaveLength(2);
    expect(await world.entriesAbout(id)).toHaveLength(1);
  });

  it('is for those who are there', async () => {
    const { id } = await anOwner();
    await erase(id);
    for (const nobody of [id, newId()]) await expect(rotate(nobody)).rejects.toBeInstanceOf(UserNotFound);
    expect(await world.entriesAbout(id)).toEqual([]);
  });
});

describe('The codes of a person', () => {
  it('are all that they ever had, the newest first', async () => {
    const { id, code: first } = await anOwner();
    const second = await rotate(id);
    await world.clock.advance('25 hours');
    const third = await rotate(id);
    const codes = await referrals.codesOf(id);
    expect(codes.map(({ inviteCode }) => inviteCode)).toEqual([third, second, first]);
    const [newest, middle, oldest] = codes;
    expect(newest).toEqual({ inviteCode: third, createdAt: expect.any(Date) as Date, retiredAt: null });
    expect(middle?.retiredAt).toEqual(newest?.createdAt);
    expect(oldest?.retiredAt).toEqual(middle?.createdAt);
  });
});

describe('The code of somebody who is deleted', () => {
  it('is retired, and nobody else’s', async () => {
    const [{ id, code }, other] = [await anOwner(), await anOwner()];
    await erase(id);
    expect(await linksOf(id)).toEqual([{ code, retired: true }]);
    expect(await linksOf(other.id)).toEqual([{ code: other.code, retired: false }]);
    await expect(referrals.inviteCodeOf(id)).rejects.toBeInstanceOf(UserNotFound);
  });

  it('is given to nobody again', async () => {
    const [{ id, code }, other] = [await anOwner(), await anOwner()];
    await erase(id);
    jest.spyOn(referrals, 'minting').mockReturnValueOnce([code]);
    expect(await rotate(other.id)).not.toBe(code);
    expect(await linksOf(id)).toEqual([{ code, retired: true }]);
  });

  it('leaves the days on which earlier ones were retired', async () => {
    const { id, code } = await anOwner();
    await rotate(id);
    const before = (await referrals.codesOf(id)).at(-1);
    await world.clock.advance('1 hour');
    await erase(id);
    expect((await referrals.codesOf(id)).at(-1)).toEqual(before);
    expect(before?.inviteCode).toBe(code);
  });

  it('stays when the deletion fails', async () => {
    const { id, code } = await anOwner();
    const failing = world.get(Database).transaction(async () => {
      await erase(id);
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await referrals.inviteCodeOf(id)).toBe(code);
  });
});
