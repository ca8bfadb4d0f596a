import { Logger } from '@nestjs/common';
import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { RequestInvalid, ServiceUnavailable } from '../../common/http/http.errors.js';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { UsersModule } from '../users/users.module.js';
import { CSV_HEADER } from './csv-of-edges.js';
import type { Days } from './days.js';
import { ReferralExport } from './referral-export.service.js';
import { ReferralReportsModule } from './referral-reports.module.js';

const MOMENTS = [
  '2025-02-27T23:59:59.999Z',
  '2025-02-28T00:00:00.000Z',
  '2025-03-02T23:59:59.999Z',
  '2025-03-03T00:00:00.000Z',
];

let world: ServicesWorld;
let exports: ReferralExport;

beforeAll(async () => {
  world = await ServicesWorld.start([UsersModule, ReferralReportsModule]);
  exports = world.get(ReferralExport);
});

beforeEach(() => world.sql('TRUNCATE referrals, inviters'));

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

const aViewer = () => ({ actorId: newId(), address: '203.0.113.7' });
const invite = async (...moments: readonly string[]) =>
  makeInvited(world, await world.aPerson(), moments.map((at) => ({ at: new Date(at) }))); // prettier-ignore
const written = (actorId: string) =>
  world.sql(
    'SELECT action, subject_id AS subject, masked_address AS address, details FROM audit_entries WHERE actor_id = $1',
    [actorId],
  );

/** The parts of a file as they come. */
async function partsOf(days: Partial<Days>): Promise<string[]> {
  const { text } = await exports.begin(days, aViewer());
  const parts: string[] = [];
  for await (const part of text) parts.push(part);
  return parts;
}

/** When the codes in a file were activated. */
const momentsIn = (parts: readonly string[]): string[] => [...parts.join('').matchAll(/^2025-[^,]*/gm)].map(String);

describe('An export of some days', () => {
  it.each<[Partial<Days>, string[]]>([
    [{}, MOMENTS],
    [{ from: '2025-02-28' }, MOMENTS.slice(1)],
    [{ to: '2025-03-02' }, MOMENTS.slice(0, 3)],
    [{ from: '2025-02-28', to: '2025-03-02' }, MOMENTS.slice(1, 3)],
    [{ from: '2025-02-28', to: '2025-02-28' }, MOMENTS.slice(1, 2)],
  ])('holds all of these and no others, from one midnight (UTC) to another: %j', async (days, moments) => {
    await invite(...MOMENTS);
    expect(momentsIn(await partsOf(days))).toEqual(moments);
  });

  it('is refused when they are out of order, and then not written down', async () => {
    const viewer = aViewer();
    const begun = exports.begin({ from: '2025-03-02', to: '2025-03-01' }, viewer);
    await expect(begun).rejects.toBeInstanceOf(RequestInvalid);
    expect(await written(viewer.actorId)).toEqual([]);
  });

  it('is the line of names where nothing happened on them', async () => {
    await invite(...MOMENTS);
    for (const days of [{ from: '2025-03-01', to: '2025-03-01' }, { from: '2999-01-01' }])
      expect(await partsOf(days)).toEqual([CSV_HEADER]);
  });

  it('says on which day (UTC) it was made', async () => {
    await world.clock.advance('3 days');
    const { day } = await exports.begin({ to: '2025-03-02' }, aViewer());
    expect(day).toBe(world.clock.now().toISOString().slice(0, 10));
  });

  it.each<Partial<Days>>([{}, { from: '2025-02-28' }, { to: '2025-03-02' }, { from: '2025-02-28', to: '2025-03-02' }])(
    'is written down before anything of it is read: %j',
    async (days) => {
      const viewer = aViewer();
      await exports.begin(days, viewer);
      const entry = { action: 'referrals.exported', subject: null, address: '203.0.113.*' };
      expect(await written(viewer.actorId)).toEqual([{ ...entry, details: days }]);
    },
  );

  it('is not begun when it cannot be written down', async () => {
    jest.spyOn(world.get(AuditService), 'record').mockRejectedValueOnce(new Error('not written'));
    await expect(exports.begin({}, aViewer())).rejects.toThrow('not written');
  });

  it('is logged when it breaks off, without what it holds', async () => {
    const [person] = await invite(...MOMENTS);
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const { text } = await exports.begin({}, aViewer());
    const failure = new Error(`no such person: "${person?.phone}"`);
    jest.spyOn(world.get(Database), 'run').mockRejectedValueOnce(failure);
    const reading = text[Symbol.asyncIterator]();
    await reading.next();
    await expect(reading.next()).rejects.toBe(failure);
    const error = expect.objectContaining({ name: 'Error', message: 'no such person: …' }) as object;
    expect(logged.mock.calls).toEqual([[{ msg: 'an export broke off', error }]]);
  });

  it('is not logged when whoever reads it goes away, or reads all of it', async () => {
    await invite(...MOMENTS);
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const { text } = await exports.begin({}, aViewer());
    for await (const part of text) if (part !== CSV_HEADER) break;
    await partsOf({});
    expect(logged).not.toHaveBeenCalled();
  });

  it('reads nothing more once the process ends, also when it has only begun', async () => {
    const own = await ServicesWorld.start([UsersModule, ReferralReportsModule]);
    const { text } = await own.get(ReferralExport).begin({}, aViewer());
    const reading = text[Symbol.asyncIterator]();
    expect((await reading.next()).value).toBe(CSV_HEADER);
    own.get(ReferralExport).beforeApplicationShutdown();
    const run = jest.spyOn(own.get(Database), 'run');
    await expect(reading.next()).rejects.toBeInstanceOf(ServiceUnavailable);
    expect(run).not.toHaveBeenCalled();
    await own.close();
  });
});
