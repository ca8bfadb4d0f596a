import { Events } from '../../platform/events/events.js';
import { enqueue } from '../../../test/support/enqueue.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { idBefore, LEAST_ID } from '../../common/crypto.js';
import { Outbox } from './outbox.js';

let world: StoredWorld;
let outbox: Outbox;

beforeAll(async () => {
  world = await startStoredWorld();
  await world.clock.stop();
  outbox = new Outbox(world.database, new Events());
});

beforeEach(() => world.sql('TRUNCATE messages, outbox'));

afterAll(() => world.close());

const forgets = (id: string) =>
  world.sql<{ recipient: string; params: object }>('SELECT recipient, params FROM messages WHERE id = $1', [id]);
const put = (count: number) =>
  Promise.all(Array.from({ length: count }, () => enqueue(world.database))).then((ids) => ids.sort());
const claim = async (limit = 20, after = LEAST_ID) =>
  (await outbox.claim('sms', limit, after)).map(({ id }) => id).sort();

async function rowOf(id: string) {
  const [row] = await world.sql<Record<string, unknown>>(
    `SELECT state, attempts, provider_id AS "providerId", failure, sending_at IS NOT NULL AS "wasSending",
       settled_at IS NOT NULL AS settled, EXISTS (SELECT FROM outbox WHERE message_id = id) AS queued
     FROM messages WHERE id = $1`,
    [id],
  );
  return row;
}

describe('A claim', () => {
  it('marks what it takes as being sent, and says what the courier needs', async () => {
    const id = await enqueue(world.database, { recipient: '+79121112233', expiresIn: '90 s' });
    const [message, ...more] = await outbox.claim('sms', 20, LEAST_ID);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      id,
      channel: 'sms',
      recipient: '+79121112233',
      template: 'otp-code',
      params: { generation: 1 },
      locale: 'en',
      attempts: 1,
      expired: false,
      secondsLeft: 90,
    });
    expect(await rowOf(id)).toMatchObject({ state: 'sending', attempts: 1, wasSending: true, queued: true });
  });

  it('takes the oldest, as many as it may', async () => {
    const ids = await put(5);
    expect(await claim(3)).toEqual(ids.slice(0, 3));
    expect(await claim(3)).toEqual(ids.slice(3));
    expect(await claim(3)).toEqual([]);
  });

  it('never takes what another has taken, though they ask at the same time', async () => {
    const ids = await put(30);
    const claims = await Promise.all([claim(10), claim(10), claim(10)]);
    const rest = await claim(30);
    expect([...claims.flat(), ...rest].sort()).toEqual(ids);
  });

  it('takes nothing of another channel', async () => {
    const id = await enqueue(world.database, { channel: 'email' });
    expect(await claim()).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ state: 'queued', attempts: 0 });
  });

  it('takes only what is newer than it is told', async () => {
    const id = await enqueue(world.database);
    expect(await claim(20, id)).toEqual([]);
    expect(await claim(20, idBefore(id, 1))).toEqual([id]);
  });

  it('says when it is too late for a message', async () => {
    await enqueue(world.database, { expiresIn: '-1 s' });
    expect(await outbox.claim('sms', 20, LEAST_ID)).toMatchObject([{ expired: true }]);
  });
});

describe('What became of a message', () => {
  it.each([
    ['sent', { providerId: 'p-1' }, { providerId: 'p-1', failure: null }],
    ['failed', { failure: 'invalid_number' }, { providerId: null, failure: 'invalid_number' }],
    ['ambiguous', { failure: 'timeout' }, { providerId: null, failure: 'timeout' }],
    ['expired', {}, { providerId: null, failure: null }],
  ] as const)('is kept with it, and it leaves the queue: %s', async (state, told, kept) => {
    const id = await enqueue(world.database);
    await claim();
    await outbox.settle('sms', [{ id, attempt: 1, state, ...told }]);
    expect(await rowOf(id)).toMatchObject({ state, ...kept, settled: true, queued: false });
  });

  it('is written for many at once, each with its own', async () => {
    const [one = '', two = '', three = ''] = await put(3);
    await claim();
    await outbox.settle('sms', [
      { id: three, attempt: 1, state: 'sent', providerId: 'p-3' },
      { id: one, attempt: 1, state: 'failed', failure: 'rejected' },
      { id: two, attempt: 1, state: 'queued', failure: 'no_connection', retrySeconds: 4 },
    ]);
    expect(await Promise.all([one, two, three].map(rowOf))).toMatchObject([
      { state: 'failed', failure: 'rejected', providerId: null, queued: false },
      { state: 'queued', failure: 'no_connection', settled: false, queued: true },
      { state: 'sent', failure: null, providerId: 'p-3', queued: false },
    ]);
  });

  it('is nothing yet when it goes back: it is due again after its time, not before', async () => {
    const id = await enqueue(world.database);
    await claim();
    await outbox.settle('sms', [{ id, attempt: 1, state: 'queued', failure: 'no_connection', retrySeconds: 8 }]);
    expect(await claim()).toEqual([]);
    await world.clock.advance('7 s');
    expect(await claim()).toEqual([]);
    await world.clock.advance('1 s');
    expect(await outbox.claim('sms', 20, LEAST_ID)).toMatchObject([{ id, attempts: 2 }]);
  });

  it.each([
    ['sent', [{ recipient: '', params: {} }]],
    ['failed', [{ recipient: '', params: {} }]],
    ['queued', [{ recipient: '+79120000000', params: { generation: 1 } }]],
  ] as const)('takes the recipient of a fleeting one with it once that is settled: %s', async (state, left) => {
    const [id = '', other = ''] = await put(2);
    await world.sql('UPDATE messages SET fleeting = true WHERE id = $1', [id]);
    await claim();
    await outbox.settle('sms', [
      { id, attempt: 1, state, retrySeconds: 1 },
      { id: other, attempt: 1, state, retrySeconds: 1 },
    ]);
    expect(await forgets(id)).toEqual(left);
    expect(await forgets(other)).toEqual([{ recipient: '+79120000000', params: { generation: 1 } }]);
  });

  it('changes nothing when it is told again while the message is on its way anew', async () => {
    const id = await enqueue(world.database);
    await claim();
    const outcome = { id, attempt: 1, state: 'queued', failure: 'rate_limited', retrySeconds: 0 } as const;
    await outbox.settle('sms', [outcome]);
    expect(await claim()).toEqual([id]);
    await outbox.settle('sms', [outcome]);
    expect(await claim()).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ state: 'sending', attempts: 2 });
  });

  it('changes nothing once it was declared ambiguous', async () => {
    const id = await enqueue(world.database);
    await claim();
    await world.clock.advance('31 s');
    await outbox.abandon('sms', 30);
    await outbox.settle('sms', [{ id, attempt: 1, state: 'sent', providerId: 'late' }]);
    expect(await rowOf(id)).toMatchObject({ state: 'ambiguous', failure: 'abandoned', providerId: null });
  });
});

describe('A claim whose courier died', () => {
  it('makes its messages ambiguous, and they are never sent again', async () => {
    const ids = await put(2);
    await claim();
    await world.clock.advance('29 s');
    expect(await outbox.abandon('sms', 30)).toBe(0);
    await world.clock.advance('2 s');
    expect(await outbox.abandon('sms', 30)).toBe(2);
    expect(await rowOf(ids[0] ?? '')).toMatchObject({ state: 'ambiguous', failure: 'abandoned', settled: true });
    expect(await claim()).toEqual([]);
    expect(await outbox.abandon('sms', 30)).toBe(0);
  });

  it('is told apart by channel: another provider may take longer', async () => {
    const id = await enqueue(world.database, { channel: 'email' });
    await outbox.claim('email', 20, LEAST_ID);
    await world.clock.advance('31 s');
    expect(await outbox.abandon('sms', 30)).toBe(0);
    expect(await outbox.abandon('email', 30)).toBe(1);
    expect(await rowOf(id)).toMatchObject({ state: 'ambiguous' });
  });

  it('makes fleeting messages forget their recipient', async () => {
    const [id = ''] = await put(1);
    await world.sql('UPDATE messages SET fleeting = true');
    await claim();
    await world.clock.advance('31 s');
    await outbox.abandon('sms', 30);
    expect(await forgets(id)).toEqual([{ recipient: '', params: {} }]);
  });

  it('is not one that nobody has made: what waits goes on waiting', async () => {
    const [id] = await put(1);
    await world.clock.advance('10 min');
    expect(await outbox.abandon('sms', 30)).toBe(0);
    expect(await claim()).toEqual([id]);
  });
});
