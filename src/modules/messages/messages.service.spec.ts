import { enqueue } from '../../../test/support/enqueue.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { LEAST_ID, newId } from '../../common/crypto.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { Message } from './message.entity.js';
import { MessagesService } from './messages.service.js';
import { Outbox } from './outbox.js';

const PHONE = '+79120000001';

let world: StoredWorld;
let messages: MessagesService;
let outbox: Outbox;
const notified: string[] = [];

beforeAll(async () => {
  world = await startStoredWorld([Message]);
  const notifications = { notify: (channel: string) => void notified.push(channel) } as unknown as Notifications;
  messages = new MessagesService(world.database, notifications);
  outbox = new Outbox(world.database);
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
  it('wake the couriers', () => {
    messages.wakeCourier();
    expect(notified).toEqual(['outbox']);
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
