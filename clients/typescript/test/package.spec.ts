import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { startBuiltServer } from '../../../test/support/built-server.js';
import type { TestApp } from '../../../test/support/app.js';
import { freshPhone, World } from '../../../test/support/world.js';

const PACKAGE = join(import.meta.dirname, '..');
const ROOT = join(PACKAGE, '../..');
const SNIPPET = /^```ts\n(.*?)^```$/gms;

const run = promisify(execFile);
const read = (folder: string, file: string) => readFile(join(folder, file), 'utf8');
const manifestOf = async (folder: string) => JSON.parse(await read(folder, 'package.json')) as Manifest;

interface Manifest {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

describe('The package of the client', () => {
  let app: TestApp;
  let project: string;

  beforeAll(async () => {
    app = await startBuiltServer();
    project = await mkdtemp(join(tmpdir(), 'latchkey-client-'));
    await install(project);
  });

  afterAll(async () => {
    await app.close();
    await rm(project, { recursive: true });
  });

  const example = () => read(PACKAGE, 'examples/invite.ts');

  it('has the version of the service, and the openapi-fetch that is tested here', async () => {
    const [root, client] = [await manifestOf(ROOT), await manifestOf(PACKAGE)];
    expect(client.version).toBe(root.version);
    expect(client.dependencies).toEqual({ 'openapi-fetch': root.devDependencies['openapi-fetch'] });
  });

  it('lets twenty lines sign in, refresh, activate an invite and read the profile', async () => {
    expect((await example()).trim().split('\n').length).toBeLessThanOrEqual(22);
    await writeFile(join(project, 'invite.mjs'), javaScriptOf(await example()));
    const inviter = await new World(app).aUser();
    const runFor = (phone: string, code: string) =>
      run(process.execPath, ['invite.mjs', app.url, phone, code], { cwd: project });
    const phone = freshPhone();
    expect((await runFor(phone, inviter.inviteCode)).stdout).toMatch(
      new RegExp(`^\\${phone} has the code [0-9A-Z]{6} and came by ${inviter.inviteCode}\n$`),
    );
    const unknown = (inviter.inviteCode.startsWith('A') ? 'B' : 'A') + inviter.inviteCode.slice(1);
    expect((await runFor(freshPhone(), unknown)).stdout).toMatch(
      /^Nobody has this invite code.*\n.* and came by none\n$/,
    );
  });

  it('has a README whose programs compile with it, and whose first is that of twenty lines', async () => {
    const snippets = Array.from((await read(PACKAGE, 'README.md')).matchAll(SNIPPET), ([, code = '']) => code);
    expect(snippets[0]).toBe(await example());
    expect(snippets.length).toBeGreaterThan(5);
    const files = snippets.map((_, index) => join(project, `snippet-${index}.mts`));
    for (const [index, file] of files.entries()) await writeFile(file, snippets[index] ?? '');
    expect(complaintsOf(files)).toEqual([]);
    await writeFile(
      join(project, 'wrong.mts'),
      (await example()).replace('body: { phone }', 'body: { telephone: phone }'),
    );
    expect(complaintsOf([join(project, 'wrong.mts')])).toEqual([expect.stringContaining("'telephone' does not exist")]);
  });
});

/** As npm would, without asking a registry for what is here. */
async function install(project: string): Promise<void> {
  const modules = join(project, 'node_modules');
  await run('npm', ['pack', PACKAGE, '--pack-destination', project, '--silent'], { cwd: ROOT });
  const { version } = await manifestOf(PACKAGE);
  await mkdir(join(modules, 'latchkey-client'), { recursive: true });
  await run(
    'tar',
    ['-xzf', `latchkey-client-${version}.tgz`, '--strip-components=1', '-C', 'node_modules/latchkey-client'],
    {
      cwd: project,
    },
  );
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    await cp(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
}

const javaScriptOf = (source: string): string =>
  ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } })
    .outputText;

function complaintsOf(files: string[]): string[] {
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
