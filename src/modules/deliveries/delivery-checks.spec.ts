import { aGate } from '../../../test/support/memory-outbox.js';
import { sentMessage } from '../../../test/support/sent-message.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { type ClaimedCheck, DeliveryChecks } from './delivery-checks.js';

const CLAIM_SECONDS = 30.5;

let world: StoredWorld;
let checks: DeliveryChecks;

beforeAll(async () => {
  world = await startStoredWorld();
  await world.clock.stop();
  checks = new DeliveryChecks(world.database);
});

beforeEach(() => world.sql('DELETE FROM delivery_checks'));

afterAll(() => world.close());

const claim = (limit = 100) => checks.claim(limit, CLAIM_SECONDS);

const stateOf = async (id: string) =>
  (
    await world.sql<{ state: string; failure: string | null; reported: boolean }>(
      'SELECT state, failure, reported_at IS NOT NULL AS reported FROM messages WHERE id = $1',
      [id],
    )
  )[0];

const rows = () => world.sql<{ message_id: string }>('SELECT message_id FROM delivery_checks ORDER BY 1');

async function claimed(): Promise<ClaimedCheck> {
  await checks.request([await sentMessage(world)]);
  const [check] = await claim();
  if (!check) throw new Error('nothing is due');
  return check;
}

describe('A check that is requested', () => {
  it('is due at once, and knows what the provider calls the message', async () => {
    const id = await sentMessage(world, { providerId: '12345' });
    expect(await checks.request([id])).toBe(1);
    expect(await claim()).toEqual([{ messageId: id, tries: 1, providerId: '12345' }]);
  });

  it.each(['queued', 'sending', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'])(
    'of a message that is %s is none',
    async (state) => {
      expect(await checks.request([await sentMessage(world, { state })])).toBe(0);
      expect(await rows()).toEqual([]);
    },
  );

  it('of an e-mail, of what has no id of the provider, and of nothing at all is none', async () => {
    const ids = [
      await sentMessage(world, { channel: 'email' }),
      await sentMessage(world, { providerId: null }),
      newId(),
    ];
    expect(await checks.request(ids)).toBe(0);
    expect(await rows()).toEqual([]);
  });

  it('twice is one', async () => {
    const id = await sentMessage(world);
    await Promise.all(Array.from({ length: 4 }, () => checks.request([id])));
    expect(await checks.request([id, id])).toBe(0);
    expect(await claim()).toHaveLength(1);
  });

  it('again within thirty seconds of the last is due when they are over', async () => {
    const check = await claimed();
    await checks.postpone(check, CLAIM_SECONDS);
    await world.clock.advance('10 s');
    expect(await checks.request([check.messageId])).toBe(1);
    expect(await checks.request([check.messageId])).toBe(0);
    await world.clock.advance('19 s');
    expect(await claim()).toEqual([]);
    await world.clock.advance('2 s');
    expect(await claim()).toEqual([{ ...check, tries: 2 }]);
  });

  it('while it is under way is not forgotten when that ends without an answer', async () => {
    const check = await claimed();
    await checks.request([check.messageId]);
    await checks.postpone(check, CLAIM_SECONDS);
    await world.clock.advance('30 s');
    expect(await claim()).toHaveLength(1);
  });

  it('later than thirty seconds after the last is due at once', async () => {
    const check = await claimed();
    await checks.postpone(check, CLAIM_SECONDS);
    await world.clock.advance('31 s');
    await checks.request([check.messageId]);
    expect(await claim()).toHaveLength(1);
  });
});

describe('A check that is claimed', () => {
  it('is nobody else’s: whoever claims meanwhile gets the others, and does not wait', async () => {
    for (let count = 0; count < 8; count += 1) await checks.request([await sentMessage(world)]);
    const [{ gate, open }, begun] = [aGate(), aGate()];
    const first = world.database.transaction(async () => {
      const claimed = await claim(5);
      begun.open();
      await gate;
      return claimed;
    });
    await begun.gate;
    const second = await claim(5);
    open();
    const ids = [...(await first), ...second].map(({ messageId }) => messageId);
    expect([second.length, new Set(ids).size]).toEqual([3, 8]);
  });

  it('comes in the order in which they are due, as many as are wanted', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift(await sentMessage(world));
      await world.clock.advance('1 s');
    }
    for (const id of [...ids].reverse()) {
      await checks.request([id]);
      await world.clock.advance('1 s');
    }
    expect((await claim(2)).map(({ messageId }) => messageId)).toEqual([ids[2], ids[1]]);
  });

  it('is claimed anew once its worker must be dead, and that one changes nothing any more', async () => {
    const check = await claimed();
    await world.clock.advance('30 s');
    expect(await claim()).toEqual([]);
    await world.clock.advance('1 s');
    expect(await claim()).toEqual([{ ...check, tries: 2 }]);
    await checks.postpone(check, CLAIM_SECONDS);
    await world.clock.advance('31 s');
    expect(await claim()).toEqual([{ ...check, tries: 3 }]);
  });

  it('has nothing to ask when the message is settled or gone', async () => {
    const ids = [await sentMessage(world), await sentMessage(world)];
    await checks.request(ids);
    await world.sql(`UPDATE messages SET state = 'delivered' WHERE id = $1`, [ids[0]]);
    await world.sql('DELETE FROM messages WHERE id = $1', [ids[1]]);
    const found = await claim();
    expect(found.map(({ providerId }) => providerId)).toEqual([null, null]);
    for (const check of found) await checks.drop(check);
    expect(await rows()).toEqual([]);
  });

  it('comes back by itself when that is said, else never', async () => {
    const check = await claimed();
    await checks.postpone(check, CLAIM_SECONDS, 60);
    await world.clock.advance('59 s');
    expect(await claim()).toEqual([]);
    await world.clock.advance('2 s');
    const [again] = await claim();
    expect(again).toEqual({ ...check, tries: 2 });
    await checks.postpone({ ...check, tries: 2 }, CLAIM_SECONDS);
    await world.clock.advance('1 day');
    expect(await claim()).toEqual([]);
  });
});

describe('What the provider said of a message', () => {
  it.each([
    ['delivered', null],
    ['undelivered', 'undelivered'],
  ] as const)('is noted: %s', async (state, failure) => {
    const check = await claimed();
    await checks.finish(check, state);
    expect(await stateOf(check.messageId)).toEqual({ state, failure, reported: true });
    expect(await rows()).toEqual([]);
  });

  it('never changes what was said before', async () => {
    const check = await claimed();
    await checks.finish(check, 'undelivered');
    await checks.finish(check, 'delivered');
    expect(await stateOf(check.messageId)).toMatchObject({ state: 'undelivered' });
  });

  it.each(['queued', 'sending', 'failed', 'expired', 'ambiguous'])(
    'changes nothing about what is %s',
    async (state) => {
      const messageId = await sentMessage(world, { state });
      await checks.finish({ messageId, tries: 1, providerId: '1' }, 'delivered');
      expect(await stateOf(messageId)).toEqual({ state, failure: null, reported: false });
    },
  );
});

describe('A check that nobody needs any more', () => {
  it('is forgotten an hour after the last, some at a time', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 101; count += 1) ids.push(await sentMessage(world));
    await checks.request(ids);
    for (const check of await claim(101)) await checks.postpone(check, CLAIM_SECONDS);
    await world.clock.advance('59 min');
    await checks.forgetIdle();
    expect(await rows()).toHaveLength(101);
    await world.clock.advance('61 s');
    await checks.forgetIdle();
    expect(await rows()).toHaveLength(1);
    await checks.forgetIdle();
    expect(await rows()).toEqual([]);
  });

  it('is not one that is due', async () => {
    await checks.request([await sentMessage(world)]);
    const check = await claimed();
    await checks.postpone(check, CLAIM_SECONDS, 60);
    await world.clock.advance('2 h');
    await checks.forgetIdle();
    expect(await rows()).toHaveLength(2);
  });
});
