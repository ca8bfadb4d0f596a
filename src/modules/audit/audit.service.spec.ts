import { Logger } from '@nestjs/common';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Events } from '../../platform/events/events.js';
import { PersonErased } from '../users/users.events.js';
import { AuditService } from './audit.service.js';
import { Metrics } from '../../platform/observability/metrics.js';

const ROOT = new RootKey('a secret of the application, thirty-two');

let world: StoredWorld;
let events: Events;
let metrics: Metrics;
let audit: AuditService;

beforeAll(async () => {
  world = await startStoredWorld();
});

beforeEach(() => {
  events = new Events();
  metrics = new Metrics();
  audit = new AuditService(world.database, events, ROOT, metrics);
  audit.onModuleInit();
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

const of = (userId: string, limit = 10) => audit.list({ userId, limit });

describe('The audit log', () => {
  it('tells who did what to whom, from roughly where', async () => {
    const [actorId, subjectId] = [newId(), newId()];
    const details = { role: 'admin' };
    await audit.record({ action: 'users.role_changed', actorId, subjectId, address: '203.0.113.77', details });
    const [entry] = await of(subjectId);
    expect(entry).toMatchObject({ action: 'users.role_changed', actorId, subjectId, details, times: 1 });
    expect(entry).toMatchObject({ maskedAddress: '203.0.113.*', createdAt: expect.any(Date) as Date });
  });

  it('leaves out what is not known', async () => {
    const actorId = newId();
    await audit.record({ action: 'users.searched', actorId });
    expect(await of(actorId)).toMatchObject([{ subjectId: null, maskedAddress: null, details: {} }]);
  });

  it('goes back with the transaction that it tells of', async () => {
    const subjectId = newId();
    const broken = world.database.transaction(async () => {
      await audit.record({ action: 'users.deleted', subjectId });
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect(await of(subjectId)).toEqual([]);
  });

  it('writes what nobody waits for soon, and all of it before the process ends', async () => {
    const people = Array.from({ length: 5 }, () => newId());
    people.forEach((subjectId) => audit.note({ action: 'auth.signed_in', actorId: subjectId, subjectId }));
    await audit.beforeApplicationShutdown();
    for (const person of people) expect(await of(person)).toMatchObject([{ action: 'auth.signed_in' }]);
  });

  it('lets the process end only when that is written', async () => {
    const subjectId = newId();
    let write = () => {};
    const held = new Promise<void>((resolve) => (write = resolve));
    const run = world.database.run.bind(world.database);
    jest.spyOn(world.database, 'run').mockImplementationOnce(async (...args) => held.then(() => run(...args)));
    audit.note({ action: 'auth.signed_in', subjectId });
    const ended = jest.fn();
    const ending = audit.beforeApplicationShutdown().then(ended);
    expect(await of(subjectId)).toEqual([]);
    expect(ended).not.toHaveBeenCalled();
    write();
    await ending;
    expect(await of(subjectId)).toHaveLength(1);
  });

  it('says how much of that could not be written, and goes on', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    jest.spyOn(world.database, 'run').mockRejectedValueOnce(new Error('the database is away'));
    const subjectId = newId();
    audit.note({ action: 'auth.signed_in', subjectId });
    await audit.beforeApplicationShutdown();
    expect(warn).toHaveBeenCalledWith('1 audit entries were not written');
    audit.note({ action: 'auth.registered', subjectId });
    await audit.beforeApplicationShutdown();
    expect(await of(subjectId)).toMatchObject([{ action: 'auth.registered' }]);
  });

  it('shows the newest first, page by page, each once', async () => {
    const person = newId();
    for (let time = 0; time < 5; time += 1) {
      await audit.record({ action: 'auth.signed_in', actorId: person, subjectId: person, details: { time } });
    }
    const first = await of(person, 2);
    const rest = await audit.list({ userId: person, before: first.at(-1)?.id, limit: 10 });
    expect([...first, ...rest].map(({ details }) => details.time)).toEqual([4, 3, 2, 1, 0]);
  });

  it('finds what somebody did and what was done to them', async () => {
    const [staff, person] = [newId(), newId()];
    await audit.record({ action: 'users.blocked', actorId: staff, subjectId: person });
    await audit.record({ action: 'auth.signed_in', actorId: staff, subjectId: staff });
    expect((await of(staff)).map(({ action }) => action)).toEqual(['auth.signed_in', 'users.blocked']);
    expect((await of(person)).map(({ action }) => action)).toEqual(['users.blocked']);
    expect(await audit.list({ userId: staff, action: 'users.blocked', limit: 10 })).toHaveLength(1);
  });

  it('finds everything, or all of one kind', async () => {
    await audit.record({ action: 'keys.rotated' });
    await audit.record({ action: 'keys.revoked' });
    expect(await audit.list({ limit: 1 })).toMatchObject([{ action: 'keys.revoked' }]);
    expect(await audit.list({ action: 'keys.rotated', limit: 9 })).toMatchObject([{ action: 'keys.rotated' }]);
  });
});

describe('Failures', () => {
  beforeEach(() => world.clock.goToNextHour());

  const fail = (subjectId: string, address: string) =>
    audit.recordFailure({ action: 'auth.password_failed', subjectId, address });

  it('of one person, network and hour are one entry that counts, however many come at once', async () => {
    const person = newId();
    await Promise.all(Array.from({ length: 20 }, () => fail(person, '203.0.113.77')));
    expect(await of(person)).toMatchObject([{ action: 'auth.password_failed', times: 20 }]);
  });

  it('from elsewhere, of another kind or another hour are entries of their own', async () => {
    const person = newId();
    await fail(person, '203.0.113.77');
    await fail(person, '198.51.100.1');
    await audit.recordFailure({ action: 'auth.sign_in_failed', subjectId: person, address: '203.0.113.77' });
    await world.clock.advance('1 h');
    await fail(person, '203.0.113.77');
    const entries = await of(person);
    expect(entries.map(({ times }) => times)).toEqual([1, 1, 1, 1]);
  });

  it('say when the last one was', async () => {
    const person = newId();
    await fail(person, '203.0.113.77');
    await world.clock.advance('10 min');
    await fail(person, '203.0.113.77');
    const [entry] = await of(person);
    expect((entry?.lastAt.getTime() ?? 0) - (entry?.createdAt.getTime() ?? 0)).toBeGreaterThanOrEqual(600_000);
  });
});

describe('Somebody who was erased', () => {
  it('leaves no address in what is written a moment later', async () => {
    const person = newId();
    await world.sql(`INSERT INTO users (id, status) VALUES ($1, 'deleted')`, [person]);
    const fact = { action: 'auth.signed_in', actorId: person, subjectId: person, address: '203.0.113.77' } as const;
    await audit.record(fact);
    await audit.recordFailure({ ...fact, action: 'auth.password_failed' });
    audit.note(fact);
    await audit.beforeApplicationShutdown();
    expect((await of(person)).map(({ maskedAddress }) => maskedAddress)).toEqual([null, null, null]);
  });

  it('came from nowhere any more; what staff did from where stays', async () => {
    const [person, staff] = [newId(), newId()];
    const address = '203.0.113.77';
    await audit.record({ action: 'auth.signed_in', actorId: person, subjectId: person, address });
    await audit.recordFailure({ action: 'auth.password_failed', subjectId: person, address });
    await audit.record({ action: 'users.blocked', actorId: staff, subjectId: person, address });
    await events.publish(new PersonErased(person, []));
    expect((await of(person)).map(({ action, maskedAddress }) => [action, maskedAddress])).toEqual([
      ['users.blocked', '203.0.113.*'],
      ['auth.password_failed', null],
      ['auth.signed_in', null],
    ]);
  });
});
