import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateSecrets } from './secrets.js';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'latchkey-secrets-')), '.latchkey');
});

afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('The secrets that a start without configuration makes for itself', () => {
  it('are the same for all that start at once, and for all that start later', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateSecrets(folder)));

    expect(new Set(made.map(({ appSecret }) => appSecret)).size).toBe(1);
    expect(await loadOrCreateSecrets(folder)).toEqual(made[0]);
  });

  it('are in a file that only their owner reads, with nothing left beside it', async () => {
    await loadOrCreateSecrets(folder);

    expect(await readdir(folder)).toEqual(['secrets.json']);
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });
});
