import { enqueue } from '../../../test/support/enqueue.js';
import { sweepBy } from '../../../test/support/retention.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Notifications } from '../../platform/database/notifications.js';
import { Message } from './message.entity.js';
import { MessagesRetention } from './messages.retention.js';
import { MessagesService } from './messages.service.js';

let world: StoredWorld;
let messages: MessagesService;

beforeAll(async () => {
  world = await startStoredWorld([Message]);
  messages = new MessagesService(world.database, { notify: () => undefined } as unknown as Notifications);
});

beforeEach(() => world.sql('TRUNCATE messages, outbox, retention_walks'));

afterAll(() => world.close());

const sweep = () => sweepBy(MessagesRetention, world.database);
const pass = async (interval: string) => {
  await world.clock.advance(interval);
  await sweep();
};
const settle = (id: string) =>
  world.sql(`UPDATE messages SET state = 'sent', settled_at = clock_now() WHERE id = $1`, [id]);

async function aSentMessage(params = { generation: 1 }): Promise<string> {
  const id = await enqueue(world.database);
  await world.sql('UPDATE messages SET params = $2 WHERE id = $1', [id, params]);
  await settle(id);
  return id;
}

const rowOf = async (id: string) =>
  (await world.sql<object>('SELECT recipient, params, state FROM messages WHERE id = $1', [id]))[0];
const listed = async () => (await messages.list({ limit: 10 })).map(({ id }) => id);

const WHOLE = { recipient: '+79120000000', params: { generation: 1 }, state: 'sent' };

describe('A message', () => {
  it('forgets what its text is made of after a day, and keeps to whom it went and what became of it', async () => {
    const id = await aSentMessage();
    await pass('23 hours 59 min');
    expect(await rowOf(id)).toEqual(WHOLE);
    await pass('1 min 1 s');
    expect(await rowOf(id)).toEqual({ ...WHOLE, params: {} });
  });

  it('that was written for a test phone goes on saying so', async () => {
    const id = await aSentMessage({ generation: 1, test: true } as never);
    await pass('24 hours 1 s');
    expect(await rowOf(id)).toEqual({ ...WHOLE, params: { test: true } });
  });

  it('is in no inbox when it has no text any more, also one whose text needs nothing', async () => {
    await aSentMessage();
    await aSentMessage({} as never);
    await pass('12 hours');
    const later = await aSentMessage();
    expect(await listed()).toHaveLength(3);
    const version = await messages.versionOf(undefined, false);
    await pass('12 hours 1 s');
    expect(await listed()).toEqual([later]);
    expect(await messages.versionOf(undefined, false)).not.toBe(version);
    await pass('12 hours');
    expect(await listed()).toEqual([]);
    expect(await messages.versionOf(undefined, false)).toBe('');
  });

  it('is not left out because an older one was on its way for long', async () => {
    const [slow, other] = [await enqueue(world.database, { expiresIn: '30 hours' }), await aSentMessage()];
    await pass('25 hours');
    expect(await rowOf(slow)).toMatchObject({ params: { generation: 1 }, state: 'queued' });
    await settle(slow);
    await sweep();
    for (const id of [slow, other]) expect(await rowOf(id)).toEqual({ ...WHOLE, params: {} });
  });

  it('is forgotten after 90 days', async () => {
    const id = await aSentMessage();
    await pass('89 days 23 hours 59 min');
    expect(await rowOf(id)).toEqual({ ...WHOLE, params: {} });
    await pass('1 min 1 s');
    expect(await rowOf(id)).toBeUndefined();
  });

  it('that may still be sent is kept whole, however long it has waited', async () => {
    const id = await enqueue(world.database, { expiresIn: '100 days' });
    await pass('99 days');
    expect(await rowOf(id)).toMatchObject({ params: { generation: 1 }, state: 'queued' });
  });

  it('that nobody was there to send is forgotten all the same', async () => {
    const id = await enqueue(world.database, { expiresIn: '5 min' });
    await pass('24 hours 4 min');
    expect(await rowOf(id)).toMatchObject({ params: { generation: 1 } });
    await pass('2 min');
    expect(await rowOf(id)).toEqual({ ...WHOLE, params: {}, state: 'queued' });
    await pass('90 days');
    expect(await rowOf(id)).toBeUndefined();
  });

  it('is found though more were written than are looked at in one go', async () => {
    await world.sql(
      `INSERT INTO messages (id, channel, recipient, template, params, locale, settled_at, expires_at)
       SELECT ('01000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'sms', '+7912', 'otp-code', '{"generation": 1}', 'en',
         clock_now(), clock_now() FROM generate_series(1, 2500) AS n`,
    );
    await pass('25 hours');
    expect(await world.sql(`SELECT FROM messages WHERE params <> '{}'`)).toEqual([]);
    expect(await world.sql('SELECT FROM messages')).toHaveLength(2_500);
  });
});
