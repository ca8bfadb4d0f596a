import { Socket } from 'node:net';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { eventually } from '../../../../test/support/eventually.js';
import { laneOptions } from '../data-source.js';
import { type Executor, laneCount, Lanes } from './lanes.js';

const number = (value: number) => ({ name: 'spec.number', text: 'SELECT $1::int AS number', values: [value] });
const DIVIDE = { name: 'spec.divide', text: 'SELECT 1 / $1::int AS number', values: [0] };
const PID = { name: 'spec.pid', text: 'SELECT pg_backend_pid() AS pid' };

interface Row {
  readonly number: number;
  readonly pid: number;
}

/** Where statements must not go. */
const nowhere: Executor = { query: () => Promise.reject(new Error('no connection of its own')) };

let testDatabase: TestDatabase;
let other: Client;
let lanes: Lanes;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  other = new Client(testDatabase.url);
  await other.connect();
});

beforeEach(() => {
  lanes = new Lanes(laneOptions(testDatabase.url), 2);
});

afterEach(() => lanes.onApplicationShutdown());

afterAll(async () => {
  await other.end();
  await testDatabase.drop();
});

const ask = async (query: { name: string; text: string; values?: unknown[] }, alone = nowhere) =>
  (await lanes.run<Row>({ kind: 'brief', query }, alone)).rows[0];
const pid = async (alone = nowhere) => (await ask(PID, alone))?.pid;

/** Has nothing more answered until the lock is given up. */
async function stall(): Promise<{ statement: Promise<unknown>; goOn: () => Promise<unknown> }> {
  await other.query('SELECT pg_advisory_lock(1)');
  const statement = ask({ name: 'spec.wait', text: 'SELECT pg_advisory_xact_lock(1)' });
  return { statement, goOn: () => other.query('SELECT pg_advisory_unlock(1)') };
}

describe('Statements on one lane', () => {
  it('are answered each with its own rows, and one that fails harms no other', async () => {
    const asked = [ask(number(1)), ask(DIVIDE), ask(number(2)), ask(number(3)), ask(DIVIDE)];
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(await Promise.all([ask(number(4)), ask(number(5))])).toEqual([{ number: 4 }, { number: 5 }]);
  });

  it('share its connection, also those that come while it is being opened', async () => {
    const pids = await Promise.all([pid(), pid(), pid()]);
    expect(new Set([...pids, await pid()]).size).toBe(1);
  });

  it('fail together when its connection breaks, and the next one has another', async () => {
    const before = await pid();
    const { statement, goOn } = await stall();
    const behind = ask(number(1));
    const failed = Promise.allSettled([statement, behind]);
    await other.query('SELECT pg_terminate_backend($1)', [before]);
    await goOn();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask(number(2))).toEqual({ number: 2 });
    expect(await pid()).not.toBe(before);
  });

  it('fail while PostgreSQL cannot be reached, and are tried again by the next', async () => {
    const away = new Lanes(laneOptions('postgres://nobody@127.0.0.1:1/nothing'), 1);
    for (let time = 0; time < 2; time += 1)
      await expect(away.run({ kind: 'brief', query: PID }, nowhere)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await away.onApplicationShutdown();
  });

  it('are written at once when they come in one turn of the event loop', async () => {
    await ask(number(0));
    const writes = jest.spyOn(Socket.prototype, '_writev');
    expect(await Promise.all([ask(number(1)), ask(number(2))])).toEqual([{ number: 1 }, { number: 2 }]);
    expect(writes).toHaveBeenCalledTimes(1);
    writes.mockRestore();
  });
});

describe('Lanes that close', () => {
  it('have what is under way answered, and take nothing more', async () => {
    const asked = Promise.all([ask(number(1)), ask(number(2))]);
    await lanes.onApplicationShutdown();
    expect(await asked).toEqual([{ number: 1 }, { number: 2 }]);
    await expect(ask(number(3))).rejects.toThrow('Connection terminated');
    expect(lanes.standing).toEqual({ idle: 0, busy: 0 });
  });
});

describe('The next statement', () => {
  it('joins the others while their lane is short, so that they are sent together', async () => {
    await ask(number(0));
    // Or a machine that stops for a moment makes the lane look stalled.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    const asked = Array.from({ length: 32 }, (_, index) => ask(number(index)));
    clock.mockRestore();
    expect(lanes.standing).toEqual({ idle: 0, busy: 1 });
    const beyond = ask(number(32));
    await Promise.all([...asked, beyond]);
    expect(lanes.standing).toEqual({ idle: 2, busy: 0 });
  });

  it('goes elsewhere when those before it get no answer, and back when they do', async () => {
    const before = await pid();
    const { statement, goOn } = await stall();
    const behind = pid();
    // Until the other lane is open, for as long as that takes, it may have a connection to itself.
    const { rows } = await other.query<Row>(PID);
    const elsewhere = new Set<unknown>();
    await eventually(async () => {
      void pid(other).then((one) => elsewhere.add(one));
      expect([...elsewhere].filter((one) => one !== rows[0]?.pid)).toHaveLength(1);
    });
    expect(elsewhere).not.toContain(before);
    await goOn();
    await statement;
    expect(await behind).toBe(before);
    expect(await pid()).toBe(before);
  });
});

describe('While no lane moves', () => {
  it('the next statement has a connection to itself', async () => {
    const only = new Lanes(laneOptions(testDatabase.url), 1);
    await other.query('SELECT pg_advisory_lock(1)');
    const waiting = only.run(
      { kind: 'brief', query: { name: 'spec.wait', text: 'SELECT pg_advisory_xact_lock(1)' } },
      nowhere,
    );
    const answers: unknown[] = [];
    await eventually(() => {
      void only.run({ kind: 'brief', query: PID }, other).then(({ rows }) => answers.push(rows));
      return Promise.resolve(expect(answers).not.toEqual([]));
    });
    await other.query('SELECT pg_advisory_unlock(1)');
    await waiting;
    await only.onApplicationShutdown();
  });
});

describe('The connections of a process', () => {
  it.each([
    [1, 0],
    [3, 0],
    [4, 1],
    [5, 1],
    [10, 2],
    [20, 4],
    [50, 4],
  ])('are %i, of which %i are shared', (connections, shared) => {
    expect(laneCount(connections)).toBe(shared);
  });

  it('may be too few to share any: then each statement has its own', async () => {
    const none = new Lanes(laneOptions(testDatabase.url), 0);
    for (const kind of ['brief', 'durable'] as const)
      await expect(none.run({ kind, query: PID }, nowhere)).rejects.toThrow('no connection of its own');
    await none.onApplicationShutdown();
  });
});
