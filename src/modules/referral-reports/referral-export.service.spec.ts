import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../common/crypto.js';
import { UsersModule } from '../users/users.module.js';
import { ReferralExport } from './referral-export.service.js';
import { ReferralReportsModule } from './referral-reports.module.js';

const PAGE = 1_000;
const PAGES_READ = /FROM referrals WHERE \(activated_at/;

let world: ServicesWorld;
let exports: ReferralExport;
let inviter: string;

beforeEach(async () => {
  world = await ServicesWorld.start([UsersModule, ReferralReportsModule]);
  exports = world.get(ReferralExport);
  inviter = await world.aPerson();
});

afterEach(() => world.close());

async function begin(): Promise<AsyncIterator<string>> {
  const { text } = await exports.begin({}, { actorId: newId(), address: '203.0.113.7' });
  return text[Symbol.asyncIterator]();
}

/** The ids of the invitees in a part of the file. */
const inviteesIn = (text: string): string[] =>
  text.split('\r\n').flatMap((line) => line.split(',').slice(6, 7)).filter((id) => id !== 'invitee_id'); // prettier-ignore

async function rest(reading: AsyncIterator<string>): Promise<string[]> {
  const parts: string[] = [];
  for (let part = await reading.next(); !part.done; part = await reading.next()) parts.push(part.value);
  return parts;
}

describe('An export', () => {
  it('holds a page at a time, and reads the next one when it is wanted', async () => {
    await makeInvited(world, inviter, 2 * PAGE + 1);
    const run = jest.spyOn(world.get(Database), 'run');
    const read = () => run.mock.calls.filter(([{ text }]) => PAGES_READ.test(text)).length;
    const reading = await begin();
    await reading.next();
    expect(read()).toBe(0);
    expect(inviteesIn(String((await reading.next()).value))).toHaveLength(PAGE);
    expect(read()).toBe(1);
    expect((await rest(reading)).map((part) => inviteesIn(part).length)).toEqual([PAGE, 1]);
    expect(read()).toBe(3);
  });

  it('has everything once, also what was activated in the same instant or a microsecond apart', async () => {
    await makeInvited(world, inviter, 3 * PAGE);
    await world.sql(
      `UPDATE referrals SET activated_at = '2026-01-01T00:00:00Z'::timestamptz + ordinal / 700 * interval '1 microsecond'`,
    );
    const order = 'SELECT invitee_id AS id FROM referrals ORDER BY activated_at, invitee_id';
    const expected = (await world.sql<{ id: string }>(order)).map(({ id }) => id);
    expect((await rest(await begin())).flatMap(inviteesIn)).toEqual(expected);
  });

  it('ends at what there was when it began', async () => {
    const before = await makeInvited(world, inviter, PAGE);
    const reading = await begin();
    const parts = [await reading.next(), await reading.next()].map(({ value }) => String(value));
    await makeInvited(world, inviter, PAGE);
    const text = [...parts, ...(await rest(reading))];
    expect(text.flatMap(inviteesIn)).toEqual(before.map(({ id }) => id));
  });

  it('throws where it fails, so that nobody takes a part for the whole', async () => {
    await makeInvited(world, inviter, PAGE);
    const reading = await begin();
    await reading.next();
    await reading.next();
    await world.sql('ALTER TABLE referrals RENAME TO referrals_away');
    await expect(reading.next()).rejects.toThrow('referrals');
  });

  it('is broken off when the process ends, which would wait for slow readers', async () => {
    await makeInvited(world, inviter, PAGE);
    const reading = await begin();
    await reading.next();
    await reading.next();
    exports.beforeApplicationShutdown();
    await expect(reading.next()).rejects.toBeInstanceOf(ServiceUnavailable);
  });
});
