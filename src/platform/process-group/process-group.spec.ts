import cluster from 'node:cluster';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { CannotStart } from '../../common/cannot-start.js';
import { ProcessGroup } from './process-group.js';

let folder: string;
let group: ProcessGroup;
let lost: number[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-group-'));
});

beforeEach(() => {
  lost = [];
});

afterEach(() => group.stop());
afterAll(() => rm(folder, { recursive: true }));

function groupOf(size: number, env: Record<string, string> = {}): ProcessGroup {
  const program = join(PROJECT_ROOT, 'test/support/group-member.mjs');
  group = new ProcessGroup({ size, program }, env, (place) => lost.push(place));
  return group;
}

/** Each on a connection of its own, so that all of them come to their turn. */
const ask = async (port: number, path: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();

async function pidsAt(port: number): Promise<Set<string>> {
  const pids = new Set<string>();
  for (let time = 0; time < 6; time += 1) pids.add(await ask(port, '/pid'));
  return pids;
}

describe('Processes of a group', () => {
  it('serve one port in turn, and end when they are told to', async () => {
    const port = await groupOf(3).start();
    const pids = await pidsAt(port);
    expect(pids.size).toBe(3);
    await group.stop();
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
    expect(lost).toEqual([]);
  });

  it('end together when one of them does not start', async () => {
    const starting = groupOf(2, { FAILS_ONCE_AT: join(folder, 'at the start') }).start();
    await expect(starting).rejects.toBeInstanceOf(CannotStart);
    expect(Object.keys(cluster.workers ?? {})).toEqual([]);
  });

  it('are replaced when they end by themselves', async () => {
    const port = await groupOf(2).start();
    const before = await pidsAt(port);
    await ask(port, '/exit').catch(() => undefined);
    await eventually(async () => expect((await pidsAt(port)).size).toBe(2));
    const after = await pidsAt(port);
    expect([...after].filter((pid) => before.has(pid))).toHaveLength(1);
    expect(lost).toHaveLength(1);
  });
});

describe('A process of a group that dies', () => {
  it('harms nobody who is just speaking to it', async () => {
    const port = await groupOf(2).start();
    for (const pid of await pidsAt(port)) process.kill(Number(pid), 'SIGKILL');
    // Nothing is heard of their end meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await group.stop();
    expect(Object.keys(cluster.workers ?? {})).toEqual([]);
  });
});

describe('The numbers of a group', () => {
  it('are those of all of its processes, each by its place, whichever is asked', async () => {
    const port = await groupOf(2).start();
    const pids = await pidsAt(port);
    for (let time = 0; time < 2; time += 1) {
      const text = await ask(port, '/metrics');
      const told = [...text.matchAll(/^pid\{process="([12])"\} (\d+)$/gm)];
      expect(new Set(told.map(([, place]) => place))).toEqual(new Set(['1', '2']));
      expect(new Set(told.map(([, , pid]) => pid))).toEqual(pids);
    }
  });

  it('lack those of one that does not tell its own', async () => {
    const port = await groupOf(2, { SILENT_ONCE_AT: join(folder, 'the numbers') }).start();
    expect((await ask(port, '/metrics')).match(/^pid\{/gm)).toHaveLength(1);
  });
});
