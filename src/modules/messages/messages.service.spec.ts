import { enqueue } from '../../../test/support/enqueue.js';
import { eventually } from '../../../test/support/eventually.js';
import { aGate } from '../../../test/support/memory-outbox.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { LEAST_ID, newId } from '../../common/crypto.js';
import { Events } from '../../platform/events/events.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { Message } from './message.entity.js';
import { MessagesService } from './messages.service.js';
import { Outbox } from '../courier/outbox.js';

const PHONE = '+79120000001';

let world: StoredWorld;
let messages: MessagesService;
let outbox: Outbox;
const notified: string[] = [];

beforeAll(async () => {
  world = await startStoredWorld([Message]);
  const notifications = { notify: (channel: string) => void notified.push(channel) } as unknown as Notifications;
  messages = new MessagesService(world.database, notifications);
  outbox = new Outbox(world.database, new Events());
});

beforeEach(() => world.sql('TRUNCATE messages, outbox'));

afterAll(() => world.close());

async function settled(state: 'sent' | 'failed' | 'ambiguous'): Promise<string> {
  const id = await enqueue(world.database, { recipient: PHONE });
  await outbox.claim('sms', 20, LEAST_ID);
  await outbox.settle('sms', [{ id, attempt: 1, state }]);
  return id;
}

const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('Outgoing messages', () => {
  it('wake the couriers of their channel, or all', () => {
    messages.wakeCourier('email');
    expect(notified.splice(0)).toEqual(['outbox_email']);
    messages.wakeCourier();
    expect(notified.splice(0)).toEqual(['outbox_sms', 'outbox_email']);
  });

  it('say where they are on their way', async () => {
    const id = await enqueue(world.database);
    expect(await messages.stateOf(id)).toBe('queued');
    await outbox.claim('sms', 1, LEAST_ID);
    expect(await messages.stateOf(id)).toBe('sending');
    expect(await messages.stateOf(newId())).toBeUndefined();
  });

  it('tell their moments by the clock of the database', async () => {
    const before = await messages.now();
    await world.clock.advance('1 h');
    const hours = ((await messages.now()).getTime() - before.getTime()) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(1);
    expect(hours).toBeLessThan(1.1);
  });
});

describe('The list of messages', () => {
  it('begins with the newest and is as long as was asked for', async () => {
    const ids = [await settled('sent'), await settled('sent'), await settled('sent')];
    expect(idsOf(await messages.list({ limit: 10 }))).toEqual([...ids].reverse());
    expect(idsOf(await messages.list({ limit: 2 }))).toEqual([ids[2], ids[1]]);
  });

  it('goes on before the message that it is told', async () => {
    const [one = '', two = ''] = [await settled('sent'), await settled('sent')];
    expect(idsOf(await messages.list({ before: two, limit: 10 }))).toEqual([one]);
    expect(await messages.list({ before: one, limit: 10 })).toEqual([]);
  });

  it('is that of one recipient when one is named', async () => {
    const id = await settled('sent');
    await enqueue(world.database, { recipient: '+79129999999' });
    expect(idsOf(await messages.list({ to: PHONE, limit: 10 }))).toEqual([id]);
    expect(await messages.list({ limit: 10 })).toHaveLength(2);
  });

  it('holds those since a moment when one is named', async () => {
    await settled('sent');
    await world.clock.advance('1 min');
    const since = await messages.now();
    await world.clock.advance('1 s');
    const late = await settled('sent');
    expect(idsOf(await messages.list({ since, limit: 10 }))).toEqual([late]);
  });

  it('holds only what a provider has taken when that is asked for', async () => {
    const sent = await settled('sent');
    await settled('failed');
    await settled('ambiguous');
    const [delivered, undelivered] = [await settled('sent'), await settled('sent')];
    await world.sql(`UPDATE messages SET state = 'delivered' WHERE id = $1`, [delivered]);
    await world.sql(`UPDATE messages SET state = 'undelivered' WHERE id = $1`, [undelivered]);
    await enqueue(world.database);
    expect(idsOf(await messages.list({ sent: true, limit: 10 }))).toEqual([undelivered, delivered, sent]);
    expect(await messages.list({ sent: false, limit: 10 })).toHaveLength(6);
  });
});

describe('A message that is written', () => {
  const NOTICE = { channel: 'email', recipient: 'anna@example.com', template: 'notice-blocked', locale: 'ru' } as const;
  const rowOf = async (id: string) =>
    (
      await world.sql<object>('SELECT messages.*, expires_at - clock_now() AS life FROM messages WHERE id = $1', [id])
    )[0];

  it('is queued with all that was said of it, and wakes the courier of its channel', async () => {
    notified.length = 0;
    const subjectId = newId();
    const id = await messages.enqueue({
      ...NOTICE,
      params: { by: 'x' },
      subjectId,
      fleeting: true,
      lifeSeconds: 3_600,
    });
    expect(notified).toEqual(['outbox_email']);
    expect(await rowOf(id)).toMatchObject({
      ...{ channel: 'email', recipient: 'anna@example.com', template: 'notice-blocked', locale: 'ru' },
      ...{ params: { by: 'x' }, subject_id: subjectId, fleeting: true, state: 'queued' },
    });
    expect(await outbox.claim('email', 20, LEAST_ID)).toMatchObject([{ id, expired: false }]);
    await world.clock.advance('61 min');
    await world.sql('UPDATE outbox SET claimed_at = NULL');
    expect(await outbox.claim('email', 20, LEAST_ID)).toMatchObject([{ id, expired: true }]);
  });

  it('is about nobody and stays as it is unless that was said', async () => {
    const id = await messages.enqueue({ ...NOTICE, lifeSeconds: 60 });
    expect(await rowOf(id)).toMatchObject({ params: {}, subject_id: null, fleeting: false });
  });

  it('is written with what caused it or not at all, and wakes nobody before', async () => {
    notified.length = 0;
    const failing = world.database.transaction(async () => {
      await messages.enqueue({ ...NOTICE, lifeSeconds: 60 });
      throw new Error('the cause failed');
    });
    await expect(failing).rejects.toThrow('the cause failed');
    expect(await world.sql('SELECT FROM messages UNION ALL SELECT FROM outbox')).toEqual([]);
    expect(notified).toEqual([]);
    await world.database.transaction(async () => {
      await messages.enqueue({ ...NOTICE, lifeSeconds: 60 });
      expect(notified).toEqual([]);
    });
    expect(notified).toEqual(['outbox_email']);
  });
});

describe('Messages that are forgotten', () => {
  const email = 'anna@example.com';
  const [subjectId, nobody] = [newId(), newId()];
  const about = { template: 'notice-blocked', params: { name: 'Anna' }, locale: 'en', lifeSeconds: 60 } as const;
  const left = async () =>
    (await world.sql<{ left: string }>('SELECT recipient || params::text AS left FROM messages ORDER BY id')).map(
      (row) => row.left,
    );
  const settleAll = async () => {
    const claimed = await outbox.claim('email', 20, LEAST_ID);
    const outcomes = claimed.map(({ id, attempts }) => ({ id, attempt: attempts, state: 'sent' as const }));
    await outbox.settle('email', outcomes);
  };

  it('are those to a contact and those about the person, and no others', async () => {
    await messages.enqueue({ ...about, channel: 'email', recipient: email });
    await messages.enqueue({ ...about, channel: 'email', recipient: 'old@example.com', subjectId });
    await messages.enqueue({ ...about, channel: 'email', recipient: 'boris@example.com', subjectId: nobody });
    await settleAll();
    await messages.forget({ recipients: [email, PHONE], subjectId });
    expect(await left()).toEqual(['{}', '{}', 'boris@example.com{"name": "Anna"}']);
  });

  it('are still sent when they were on their way, and forget themselves then', async () => {
    await messages.enqueue({ ...about, channel: 'email', recipient: email });
    await messages.forget({ recipients: [email], subjectId: nobody });
    expect(await left()).toEqual([`${email}{"name": "Anna"}`]);
    expect(await outbox.claim('email', 20, LEAST_ID)).toMatchObject([{ recipient: email, params: { name: 'Anna' } }]);
    await world.sql(`UPDATE outbox SET claimed_at = NULL`);
    await settleAll();
    expect(await left()).toEqual(['{}']);
  });

  it('forget themselves also when they are withdrawn', async () => {
    const id = await messages.enqueue({ ...about, channel: 'email', recipient: email, fleeting: true });
    await messages.withdraw('email', id);
    expect(await left()).toEqual(['{}']);
  });

  it('are not listed: they have no text any more', async () => {
    await messages.enqueue({ ...about, channel: 'email', recipient: email });
    const kept = await messages.enqueue({ ...about, channel: 'email', recipient: 'boris@example.com' });
    await settleAll();
    await messages.forget({ recipients: [email], subjectId });
    expect(idsOf(await messages.list({ limit: 10 }))).toEqual([kept]);
  });

  it.each(['the courier', 'the one who forgets'])(
    'are forgotten for good though the courier settles them at the same time: %s is first',
    async (first) => {
      const id = await messages.enqueue({ ...about, channel: 'email', recipient: email });
      await outbox.claim('email', 20, LEAST_ID);
      const settle = () => outbox.settle('email', [{ id, attempt: 1, state: 'sent' }]);
      const forget = () => messages.forget({ recipients: [email], subjectId });
      const [one, other] = first === 'the courier' ? [settle, forget] : [forget, settle];
      const [done, held] = [aGate(), aGate()];
      const slow = world.database.transaction(async () => {
        await one();
        done.open();
        await held.gate;
      });
      await done.gate;
      const waiting = other();
      await eventually(async () => {
        const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(await world.sql(waits)).toHaveLength(1);
      });
      held.open();
      await Promise.all([slow, waiting]);
      expect(await left()).toEqual(['{}']);
    },
  );
});
