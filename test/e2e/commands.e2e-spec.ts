import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { World } from '../support/world.js';

const TYPESCRIPT = pathToFileURL(join(import.meta.dirname, '../support/typescript.mjs')).href;
const CLI = join(import.meta.dirname, '../../src/cli.ts');

// Each starts a process of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);

describe('A command beside the running service', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  /** Runs `npm run keys -- …`, without the build. */
  async function keys(...args: string[]) {
    const { database, secret } = app.config;
    const command = spawn(process.execPath, ['--import', TYPESCRIPT, CLI, 'keys', ...args], {
      env: { NODE_ENV: 'test', DATABASE_URL: database.url, APP_SECRET: secret.appSecret, PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', error: '' };
    command.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    command.stderr.setEncoding('utf8').on('data', (text: string) => (said.error += text));
    const [code] = (await once(command, 'close')) as [number];
    return { code, ...said };
  }

  const published = async () => {
    const { api } = new World(app).aVisitor();
    return (await api.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json')).body.keys.map(({ kid }) => kid);
  };

  it('rotates the keys, and the service knows at once', async () => {
    const [old = ''] = await published();
    const rotated = await keys('rotate');
    expect(rotated).toMatchObject({ code: 0, error: '' });
    const next = /^Key (\S+) is published\. It signs from /.exec(rotated.out)?.[1];
    await eventually(async () => expect(await published()).toEqual([next, old]));
  });

  it('shows the keys without a secret', async () => {
    const list = await keys('list');
    expect(list).toMatchObject({ code: 0, error: '' });
    const [head, ...rows] = list.out.trim().split('\n');
    expect(head).toMatch(/^KEY +STATE +SIGNS FROM +MADE$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(await published());
    for (const row of rows) expect(row).toMatch(/^[\w-]{16} +(next|signing) +(\S+ \S+ UTC *){2}$/);
  });

  it('refuses in one line what it does not know', async () => {
    expect(await keys('revoke', 'another')).toEqual({
      code: 1,
      out: '',
      error: 'No key another is published. See them by: npm run keys -- list\n',
    });
  });
});
