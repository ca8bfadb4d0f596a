import { sentMessage } from '../../../test/support/sent-message.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { idBefore } from '../../common/crypto.js';
import { DeliveryChecks } from './delivery-checks.js';
import { DeliveryRounds } from './delivery-rounds.js';

let world: StoredWorld;
let rounds: DeliveryRounds;
let checks: DeliveryChecks;

// Time only goes forward, and messages are as old as their ids say: each rule has a world of its own.
beforeEach(async () => {
  world = await startStoredWorld();
  rounds = new DeliveryRounds(world.database);
  checks = new DeliveryChecks(world.database);
});

afterEach(() => world.close());

async function sent(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await sentMessage(world));
  return ids;
}

/** What is due, in the order of the messages; as if each was checked and the provider knew nothing yet. */
async function taken(): Promise<string[]> {
  const claimed = await checks.claim(1_000, 30);
  for (const check of claimed) await checks.postpone(check, 30);
  return claimed.map(({ messageId }) => messageId).sort();
}

async function passAfter(interval: string): Promise<string[]> {
  await world.clock.advance(interval);
  await rounds.pass();
  return taken();
}

describe('The poll for what became of messages', () => {
  it('takes a message at 30 s, 2 min, 10 min, 1 h and 6 h, and never otherwise', async () => {
    const ids = await sent(1);
    expect(await passAfter('25 s')).toEqual([]);
    expect(await passAfter('6 s')).toEqual(ids);
    expect(await passAfter('5 s')).toEqual([]);
    expect(await passAfter('88 s')).toEqual(ids);
    expect(await passAfter('7 min')).toEqual([]);
    expect(await passAfter('70 s')).toEqual(ids);
    expect(await passAfter('51 min')).toEqual(ids);
    expect(await passAfter('4 h')).toEqual([]);
    expect(await passAfter('1 h')).toEqual(ids);
    expect(await passAfter('1 day')).toEqual([]);
  });

  it('takes SMS that are sent and known to the provider, and nothing else', async () => {
    await sentMessage(world, { channel: 'email' });
    await sentMessage(world, { providerId: null });
    for (const state of ['queued', 'sending', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'])
      await sentMessage(world, { state });
    const ids = await sent(1);
    expect(await passAfter('31 s')).toEqual(ids);
  });

  it('takes twenty at a time, the oldest first, and goes on where it stopped', async () => {
    const ids = await sent(45);
    expect(await passAfter('31 s')).toEqual(ids.slice(0, 20));
    expect(await passAfter('1 s')).toEqual(ids.slice(20, 40));
    expect(await passAfter('1 s')).toEqual(ids.slice(40));
  });

  it('passes over what is twice as old as it should be, and leaves it to the next age', async () => {
    const ids = await sent(1);
    expect(await passAfter('61 s')).toEqual([]);
    expect(await passAfter('60 s')).toEqual(ids);
  });

  it('leaves each age its share', async () => {
    const old = await sent(30);
    // Ids tell the time of the process, which is not moved here: these are of eleven minutes later.
    for (const id of old) await sentMessage(world, { id: idBefore(id, -625_000).slice(0, 13) + id.slice(13) });
    const found = await passAfter('11 min');
    expect(found).toHaveLength(20);
    expect(found.filter((id) => old.includes(id))).toHaveLength(7);
  });

  it('is made once a second, however many workers make it', async () => {
    await sent(100);
    await world.clock.advance('31 s');
    await world.clock.stop();
    await Promise.all(Array.from({ length: 6 }, () => rounds.pass()));
    expect(await taken()).toHaveLength(20);
    await Promise.all(Array.from({ length: 6 }, () => new DeliveryRounds(world.database).pass()));
    expect(await taken()).toEqual([]);
  });

  it('takes nothing while two hundred wait already', async () => {
    await checks.request(await sent(200));
    await world.clock.advance('31 s');
    const ids = await sent(1);
    await rounds.pass();
    expect(await taken()).toHaveLength(200);
    await world.sql(`UPDATE messages SET state = 'delivered' WHERE id <> $1`, [ids[0]]);
    expect(await passAfter('1 s')).toEqual(ids);
  });

  it('goes on when the clock is put back', async () => {
    await world.clock.advance('1 day');
    await rounds.pass();
    await world.clock.advance('-1 day');
    const ids = await sent(1);
    expect(await passAfter('31 s')).toEqual(ids);
  });

  it('reads a thousand messages at a time, and comes to those behind them', async () => {
    await world.sql(
      `INSERT INTO messages (id, channel, recipient, template, params, locale, state, expires_at)
       SELECT (left($1, 13) || '-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'sms', '', 'otp-code', '{}', 'en', 'delivered',
         clock_now() FROM generate_series(1, 1000) AS n`,
      [(await sent(1))[0]],
    );
    await world.sql(`UPDATE messages SET state = 'delivered'`);
    const ids = await sent(1);
    expect(await passAfter('31 s')).toEqual([]);
    expect(await passAfter('1 s')).toEqual(ids);
  });
});
