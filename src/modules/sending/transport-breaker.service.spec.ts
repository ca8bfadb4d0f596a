import { keepWarnings } from '../../../test/support/logged.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { statement } from '../../platform/database/statement.js';
import { SendingService } from './sending.service.js';
import { roomToSend, TAKEN, TransportBreaker } from './transport-breaker.service.js';

const ROOM = statement<{ messages: number; trial: boolean }>(
  'test.room',
  `WITH ${roomToSend({ channel: '$1', wanted: '$2::int', waiting: '$3::boolean' })}
   SELECT messages, EXISTS (SELECT FROM trial) AS trial FROM room`,
);

const warnings = keepWarnings();
let world: StoredWorld;
let breaker: TransportBreaker;
let sending: SendingService;

beforeAll(async () => {
  world = await startStoredWorld();
  await world.clock.stop();
  breaker = new TransportBreaker(world.database);
  sending = new SendingService(world.database);
});

beforeEach(() =>
  world.sql(
    `UPDATE sending SET enabled = true, failures = 0, trips = 0, open_until = NULL, trial_until = NULL, failure = NULL`,
  ),
);

afterAll(() => world.close());

const report = (...ends: string[]) => breaker.report('sms', ends);
const times = (count: number, end = 'timeout') => Array.from({ length: count }, () => end);
const stateOf = async () => (await sending.stateOf('sms')).breaker;
const room = (waiting = true) => world.database.run(ROOM, ['sms', 20, waiting]);

/** For how many seconds the breaker is open. */
async function openFor(): Promise<number> {
  const [row] = await world.sql<{ seconds: number }>(
    `SELECT round(extract(epoch FROM open_until - clock_now()))::int AS seconds FROM sending WHERE channel = 'sms'`,
  );
  return row?.seconds ?? 0;
}

describe('The breaker opens', () => {
  it.each(['unauthorized', 'no_money', 'address_not_allowed'])(
    'at once for a minute when no message can pass: %s',
    async (kind) => {
      expect(await report(kind)).toBe(true);
      expect(await stateOf()).toMatchObject({ state: 'open', failure: kind, failures: 1 });
      expect(await openFor()).toBe(60);
      expect(warnings).toEqual([`sms messages wait, for the provider fails: ${kind}`]);
    },
  );

  it('at once though other messages were taken before and after', async () => {
    await report(TAKEN, 'no_money', TAKEN);
    expect(await stateOf()).toMatchObject({ state: 'open', failure: 'no_money' });
  });

  it.each(['timeout', 'unavailable', 'bad_answer', 'connection_lost', 'no_connection', 'rate_limited', 'unheard_of'])(
    'for half a minute after ten failures in a row: %s',
    async (kind) => {
      for (let n = 1; n < 10; n += 1) expect(await report(kind)).toBe(true);
      expect(await stateOf()).toEqual({ state: 'closed', openUntil: null, failure: null, failures: 9 });
      await report(kind);
      expect(await stateOf()).toMatchObject({ state: 'open', failure: kind, failures: 10 });
      expect(await openFor()).toBe(30);
    },
  );

  it('once, though several couriers tell of their failures at the same time', async () => {
    await Promise.all(times(8).map(() => report(...times(2))));
    expect(await openFor()).toBe(30);
    expect(await world.sql(`SELECT trips, failures FROM sending WHERE channel = 'sms'`)).toEqual([
      { trips: 1, failures: 10 },
    ]);
  });

  it('counting every failure that several couriers tell of at the same time', async () => {
    await Promise.all(times(9).map(() => report('timeout')));
    expect(await stateOf()).toMatchObject({ state: 'closed', failures: 9 });
  });

  it.each([TAKEN, 'invalid_number', 'validation', 'rejected'])(
    'not when a message in between told that the provider works: %s',
    async (end) => {
      await report(...times(9));
      expect(await report(end)).toBe(false);
      await report(...times(9));
      await report(...times(5), end, ...times(4));
      expect(await stateOf()).toMatchObject({ state: 'closed', failures: 4 });
    },
  );

  it('for one channel, not for another', async () => {
    await report('no_money');
    expect(await sending.stateOf('email')).toMatchObject({ breaker: { state: 'closed' } });
    expect(await breaker.outlook('email')).toEqual({ failing: false, holding: false });
    expect(await breaker.outlook('sms')).toEqual({ failing: true, holding: true });
  });
});

describe('While the breaker is open', () => {
  it('nobody takes a message', async () => {
    expect(await room()).toEqual([{ messages: 20, trial: false }]);
    await report('no_money');
    expect(await room()).toEqual([]);
    await world.clock.advance('59 s');
    expect(await room()).toEqual([]);
  });

  it('what was on its way before neither closes it nor keeps it open for longer', async () => {
    await report(...times(10));
    expect(await report(TAKEN)).toBe(true);
    await report(...times(10), 'no_money');
    expect(await openFor()).toBe(30);
    expect(await stateOf()).toMatchObject({ state: 'open', failure: 'timeout', failures: 10 });
  });
});

describe('When the time of the breaker is over', () => {
  beforeEach(async () => {
    await report(...times(10));
    await world.clock.advance('30 s');
  });

  it('one courier of all tries one message', async () => {
    expect(await stateOf()).toMatchObject({ state: 'half_open', failure: 'timeout' });
    const rooms = await Promise.all(times(4).map(() => room()));
    expect(rooms.flat()).toEqual([{ messages: 1, trial: true }]);
    expect(await room()).toEqual([]);
  });

  it('nobody does while none waits', async () => {
    expect(await room(false)).toEqual([]);
    expect(await room()).toEqual([{ messages: 1, trial: true }]);
  });

  it('nobody does while sending is switched off', async () => {
    await sending.change('sms', { enabled: false });
    expect(await room()).toEqual([]);
  });

  it('it closes when that is taken, and forgets how often it opened', async () => {
    await room();
    expect(await report(TAKEN)).toBe(false);
    expect(await stateOf()).toEqual({ state: 'closed', openUntil: null, failure: null, failures: 0 });
    expect(await room()).toEqual([{ messages: 20, trial: false }]);
    await report(...times(10));
    expect(await openFor()).toBe(30);
  });

  it('it opens again at once when that fails, each time for twice as long, up to five minutes', async () => {
    for (const seconds of [60, 120, 240, 300, 300]) {
      await room();
      await report('timeout');
      expect(await openFor()).toBe(seconds);
      await world.clock.advance(`${seconds} s`);
    }
    expect(await stateOf()).toMatchObject({ failures: 15 });
  });

  it('it opens for a minute when no message can pass any more', async () => {
    await report('unauthorized');
    expect(await openFor()).toBe(60);
    expect(await stateOf()).toMatchObject({ failure: 'unauthorized' });
  });

  it('another message is tried when the first told nothing, or its courier died', async () => {
    await room();
    expect(await report()).toBe(true);
    expect(await room()).toEqual([{ messages: 1, trial: true }]);
    expect(await room()).toEqual([]);
    await world.clock.advance('30 s');
    expect(await room()).toEqual([{ messages: 1, trial: true }]);
  });
});
