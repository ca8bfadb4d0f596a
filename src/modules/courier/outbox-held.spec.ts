import { Events } from '../../platform/events/events.js';
import { enqueue } from '../../../test/support/enqueue.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { LEAST_ID } from '../../common/crypto.js';
import { SendingService } from '../sending/sending.service.js';
import { TransportBreaker } from '../sending/transport-breaker.service.js';
import { Outbox } from './outbox.js';

keepWarnings();
let world: StoredWorld;
let outbox: Outbox;
let sending: SendingService;
let breaker: TransportBreaker;

beforeAll(async () => {
  world = await startStoredWorld();
  await world.clock.stop();
  outbox = new Outbox(world.database, new Events());
  sending = new SendingService(world.database);
  breaker = new TransportBreaker(world.database);
});

beforeEach(async () => {
  await world.sql('TRUNCATE messages, outbox');
  await world.sql(
    'UPDATE sending SET enabled = true, failures = 0, trips = 0, open_until = NULL, trial_until = NULL, failure = NULL',
  );
});

afterAll(() => world.close());

const put = (count: number) =>
  Promise.all(Array.from({ length: count }, () => enqueue(world.database))).then((ids) => ids.sort());
const claim = (channel: 'sms' | 'email' = 'sms') => outbox.claim(channel, 20, LEAST_ID);
const stateOf = async (id: string) =>
  (
    await world.sql<object>(
      `SELECT state, settled_at IS NOT NULL AS settled, EXISTS (SELECT FROM outbox WHERE message_id = id) AS queued,
         recipient FROM messages WHERE id = $1`,
      [id],
    )
  )[0];

describe('What waits in the outbox', () => {
  it('is claimed by nobody while sending is off, and by whoever asks once it is on again', async () => {
    const ids = await put(3);
    const email = await enqueue(world.database, { channel: 'email' });
    await sending.change('sms', { enabled: false });
    expect(await claim()).toEqual([]);
    expect(await claim('email')).toMatchObject([{ id: email, trial: false }]);
    expect(await stateOf(ids[0] ?? '')).toMatchObject({ state: 'queued', queued: true });
    await sending.change('sms', { enabled: true });
    expect((await claim()).map(({ id }) => id).sort()).toEqual(ids);
  });

  it('is claimed by nobody while the breaker is open; then one message by one courier, and all when it was taken', async () => {
    const ids = await put(5);
    await breaker.report('sms', ['no_money']);
    expect(await claim()).toEqual([]);
    await world.clock.advance('60 s');
    const tried = (await Promise.all([claim(), claim(), claim()])).flat();
    expect(tried).toMatchObject([{ id: ids[0], trial: true }]);
    expect(await claim()).toEqual([]);
    await breaker.report('sms', ['taken']);
    const rest = await claim();
    expect(rest.map(({ id }) => id).sort()).toEqual(ids.slice(1));
    expect(rest.every(({ trial }) => !trial)).toBe(true);
  });

  it('leaves the trial to others while none of it is due to a courier that asks', async () => {
    await breaker.report('sms', ['no_money']);
    await world.clock.advance('60 s');
    expect(await claim()).toEqual([]);
    const [id] = await put(1);
    expect(await claim()).toMatchObject([{ id, trial: true }]);
  });
});

describe('What waits for too long', () => {
  it('is given up, though nobody claims it; what is still worth something waits', async () => {
    const late = await enqueue(world.database, { expiresIn: '5 min' });
    const waiting = await enqueue(world.database, { expiresIn: '6 min' });
    const email = await enqueue(world.database, { channel: 'email', expiresIn: '5 min' });
    await world.clock.advance('299 s');
    await outbox.expire('sms');
    expect(await stateOf(late)).toMatchObject({ state: 'queued' });
    await world.clock.advance('1 s');
    await outbox.expire('sms');
    expect(await stateOf(late)).toMatchObject({ state: 'expired', settled: true, queued: false });
    for (const id of [waiting, email]) expect(await stateOf(id)).toMatchObject({ state: 'queued', queued: true });
  });

  it('forgets its recipient if it is fleeting', async () => {
    const [one = '', other = ''] = await put(2);
    await world.sql('UPDATE messages SET fleeting = true WHERE id = $1', [one]);
    await world.clock.advance('5 min');
    await outbox.expire('sms');
    expect(await stateOf(one)).toMatchObject({ state: 'expired', recipient: '' });
    expect(await stateOf(other)).toMatchObject({ state: 'expired', recipient: '+79120000000' });
  });

  it('is never what a courier has in hand', async () => {
    const [id = ''] = await put(1);
    await claim();
    await world.clock.advance('5 min');
    await outbox.expire('sms');
    expect(await stateOf(id)).toMatchObject({ state: 'sending', queued: true });
  });
});
