import { keepWarnings } from '../../../test/support/logged.js';
import { clockCorrection, correctClock, SystemClock } from '../../common/clock.js';
import { idBefore, newId } from '../../common/crypto.js';
import type { Database } from './database.js';
import { DatabaseTime } from './database-time.js';

const warnings = keepWarnings();
let machineMs: number;
let databaseMs: number;
let answer: () => Promise<{ ms: number }>;
let time: DatabaseTime;

beforeEach(() => {
  machineMs = Date.UTC(2026, 0, 1);
  databaseMs = machineMs;
  jest.spyOn(Date, 'now').mockImplementation(() => machineMs);
  answer = async () => ({ ms: databaseMs });
  time = new DatabaseTime({ first: () => answer() } as unknown as Database, { url: '', directUrl: '', poolSize: 1 });
});

afterEach(() => {
  correctClock(0);
  jest.restoreAllMocks();
});

const now = () => new SystemClock().now().getTime();

describe('The clock of a process', () => {
  it.each([
    ['ahead', -120_000, /120 s ahead of/],
    ['behind', 120_000, /120 s behind/],
  ])('goes by that of PostgreSQL where the machine is %s, and operators are told once', async (_, byMs, told) => {
    databaseMs += byMs;
    await time.compare();
    await time.compare();
    expect(now()).toBe(databaseMs);
    expect(warnings).toEqual([expect.stringMatching(told)]);
  });

  it('dates ids', async () => {
    const before = newId();
    databaseMs += 3_600_000;
    await time.compare();
    expect(idBefore(newId(), 3_600_000)).toBe(idBefore(before, 0));
  });

  it('is left alone where the difference is less than a second, or less than the way there and back', async () => {
    databaseMs += 900;
    await time.compare();
    answer = async () => {
      machineMs += 8_000;
      return { ms: databaseMs };
    };
    await time.compare();
    expect(clockCorrection()).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('goes by the machine again when that is set right', async () => {
    databaseMs -= 60_000;
    await time.compare();
    machineMs -= 59_800;
    await time.compare();
    expect(clockCorrection()).toBe(0);
  });

  it('stays as it is while PostgreSQL is away', async () => {
    databaseMs += 60_000;
    await time.compare();
    answer = () => Promise.reject(new Error('away'));
    await time.compare();
    expect(clockCorrection()).toBe(60_000);
  });
});
