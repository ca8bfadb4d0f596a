import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as HttpErrors from '../../src/common/http/http.errors.js';
import { introduction } from '../../src/platform/docs/introduction.js';
import { Api } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Contract } from '../support/contract.js';
import { World, wrongFor } from '../support/world.js';

const CONTRACT = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Contract;
const BASE = 'http://localhost:3000';
/** A command, and the answer that is shown below it if there is one. */
const STEP = /```bash\n(.+?)```(?:\s*```json\n(.+?)```)?/gs;
const WORDS = /'[^']*'|\S+/g;

interface Step {
  readonly method?: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly shown: unknown;
}

const steps = (markdown: string): Step[] =>
  [...markdown.matchAll(STEP)].map(([, command = '', shown]) => ({
    ...readCurl(command),
    shown: JSON.parse(shown ?? '{}') as unknown,
  }));

/** Understands what the introduction needs of curl. @throws on anything else, and on a server that is not the one of `npm start` */
function readCurl(command: string): Omit<Step, 'shown'> {
  const [curl, ...words] = (command.replaceAll('\\\n', ' ').match(WORDS) ?? []).map((word) => word.replaceAll("'", ''));
  const request = {
    path: '',
    headers: {} as Record<string, string>,
    method: undefined as string | undefined,
    body: undefined as string | undefined,
  };
  const options: Record<string, (value: string) => unknown> = {
    '-X': (value) => (request.method = value),
    '-d': (value) => (request.body = value),
    '-H': (value) => (request.headers[value.split(': ')[0] ?? ''] = value.split(': ')[1] ?? ''),
  };
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const option = options[word];
    if (option) option(words.shift() ?? '');
    else if (word.startsWith(BASE) && request.path === '') request.path = word.slice(BASE.length);
    else throw new Error(`Not understood in a command of the introduction: ${word}`);
  }
  expect(curl).toBe('curl');
  return request;
}

/** What stands in `<…>` is what was answered under that name. */
const filled = (text: string, known: Readonly<Record<string, unknown>>): string =>
  text.replace(/<(\w+)>/g, (_, name: string) => String(known[name]));

/** What is shown has no field that the answer has not, and of no other kind. */
function expectShownTruly(shown: unknown, answer: unknown): void {
  expect(typeof shown).toBe(typeof answer);
  if (typeof shown !== 'object' || shown === null) return;
  for (const [name, value] of Object.entries(shown)) {
    expect(answer).toHaveProperty(name);
    expectShownTruly(value, (answer as Record<string, unknown>)[name]);
  }
}

describe('The introduction of the contract', () => {
  const text = introduction();
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('leads from nothing to somebody who is signed in and was invited, each answer as it is shown', async () => {
    const api = new Api(app.url);
    const { inviteCode } = await world.aUser();
    const known: Record<string, unknown> = { inviteCode };
    const taken = [];
    for (const { path, headers: shownHeaders, body: shownBody, method, shown } of steps(text)) {
      const headers = JSON.parse(filled(JSON.stringify(shownHeaders), known)) as Record<string, string>;
      const body = shownBody === undefined ? undefined : filled(shownBody, known);
      const answer = await api.send<{ message?: object }>(path, { method, headers, body });
      expect([200, 201, 202]).toContain(answer.status);
      expectShownTruly(shown, answer.body);
      // Whose profile is shown has a code of their own.
      Object.assign(known, answer.body, answer.body.message, { inviteCode });
      taken.push(path.split('?')[0]?.split('/').at(-1));
    }
    expect(taken).toEqual(['request', 'wait', 'verify', 'me', 'refresh', 'activate']);
  });

  it('shows a problem as it is answered', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const { body } = await visitor.verify(wrongFor(await visitor.readCode()));
    const [, shown = ''] = /## Problems\n.*?```json\n(.+?)```/s.exec(text) ?? [];
    const { instance: _its, ...same } = JSON.parse(shown) as Record<string, unknown>;
    expect(body).toMatchObject(same);
  });

  it('names operations and problems that there are', () => {
    const operations = [...text.matchAll(/`([A-Z]+) (\/\S+)`/g)].map(([, method = '', path = '']) => ({
      method,
      path,
    }));
    expect(operations.length).toBeGreaterThan(0);
    const missing = operations.filter(({ method, path }) => !CONTRACT.paths[path]?.[method.toLowerCase()]);
    expect(missing).toEqual([]);
    const codes = [...(text.split('| status')[0]?.matchAll(/`([a-z]+\.[a-z]\w+)`/g) ?? [])].map(
      ([, code = '']) => code,
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !listed(code))).toEqual([]);
  });

  it('tells of every problem of the edge that no operation lists', () => {
    const silent = Object.values(HttpErrors).filter(({ code }) => !listed(code) && !text.includes(`| \`${code}\` |`));
    expect(silent).toEqual([]);
  });

  const listed = (code: string): boolean => JSON.stringify([CONTRACT.paths, CONTRACT.components]).includes(`"${code}"`);
});
