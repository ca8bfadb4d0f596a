import { keepWarnings } from '../../../test/support/logged.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { statement } from '../../platform/database/statement.js';
import { secondsUntilSending, SendingService } from './sending.service.js';
import { TransportBreaker } from './transport-breaker.service.js';

const WAIT = statement<{ seconds: number | null }>('test.wait', `SELECT ${secondsUntilSending(`'sms'`)} AS seconds`);

keepWarnings();
let world: StoredWorld;
let sending: SendingService;
let breaker: TransportBreaker;

beforeEach(async () => {
  world = await startStoredWorld();
  sending = new SendingService(world.database);
  breaker = new TransportBreaker(world.database);
});

afterEach(() => world.close());

const wait = async () => (await world.database.first(WAIT, []))?.seconds;

describe('The switch for sending', () => {
  it('is on, and nobody has touched it', async () => {
    expect(await sending.stateOf('sms')).toEqual({
      channel: 'sms',
      enabled: true,
      reason: null,
      changedAt: null,
      changedBy: null,
      breaker: { state: 'closed', openUntil: null, failure: null, failures: 0 },
    });
  });

  it('says who turned it, when and why, until the next who does', async () => {
    const changedBy = newId();
    await sending.change('sms', { enabled: false, reason: 'A flood', changedBy });
    const off = await sending.stateOf('sms');
    expect(off).toMatchObject({ enabled: false, reason: 'A flood', changedBy });
    expect(off.changedAt).toBeInstanceOf(Date);
    await sending.change('sms', { enabled: true });
    expect(await sending.stateOf('sms')).toMatchObject({ enabled: true, reason: null, changedBy: null });
  });

  it('is turned with its caller’s transaction', async () => {
    const failing = world.database.transaction(async () => {
      await sending.change('sms', { enabled: false });
      throw new Error('the rest failed');
    });
    await expect(failing).rejects.toThrow('the rest failed');
    expect(await sending.stateOf('sms')).toMatchObject({ enabled: true });
  });

  it('has an open breaker try a message at once when it is turned on, not when it is turned off', async () => {
    await breaker.report('sms', ['no_money']);
    await sending.change('sms', { enabled: false });
    expect(await sending.stateOf('sms')).toMatchObject({ breaker: { state: 'open' } });
    await sending.change('sms', { enabled: true });
    expect(await sending.stateOf('sms')).toMatchObject({ breaker: { state: 'half_open', failure: 'no_money' } });
    await breaker.report('sms', ['taken']);
    await sending.change('sms', { enabled: true });
    expect(await sending.stateOf('sms')).toMatchObject({ breaker: { state: 'closed', openUntil: null } });
  });
});

describe('Whoever would send an SMS', () => {
  it('is told to come back in a minute while it is off', async () => {
    expect(await wait()).toBeNull();
    await sending.change('sms', { enabled: false });
    expect(await wait()).toBe(60);
    await sending.change('sms', { enabled: true });
    expect(await wait()).toBeNull();
  });

  it('is told when the breaker lets the next message pass, and from then on may send', async () => {
    await world.clock.stop();
    await breaker.report('sms', ['no_money']);
    await world.clock.advance('17 s');
    expect(await wait()).toBe(43);
    await world.clock.advance('43 s');
    expect(await wait()).toBeNull();
  });
});
