import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { EmailConfig } from '../../src/config/config.js';
import { EmailFailure, type EmailFailureKind, type EmailFate } from '../../src/modules/email/email.errors.js';
import type { EmailMessage, EmailProvider } from '../../src/modules/email/email.provider.js';
import { AbsentEmailProvider } from '../../src/modules/email/providers/absent-email.provider.js';
import { ConsoleEmailProvider } from '../../src/modules/email/providers/console-email.provider.js';
import { FileEmailProvider } from '../../src/modules/email/providers/file-email.provider.js';
import { SmtpEmailProvider } from '../../src/modules/email/providers/smtp-email.provider.js';
import { SMTP_BEHAVIOURS, SmtpServer } from '../support/smtp-server.js';

const MESSAGE: EmailMessage = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  to: 'anna@example.com',
  subject: '40718293 — ваш код',
  text: 'Ваш код: 40718293\n.одна точка',
  html: '<p>Ваш код: 40718293</p>',
};
const MESSAGE_ID = `<${MESSAGE.id}@id.example.org>`;
const PASSWORD = 'n0b0dy m4y/s33 th1s';
/** What no log, no output and no error may show. */
const SECRETS = [PASSWORD, encodeURIComponent(PASSWORD), 'anna@example.com', '40718293'];

type Behaviour = keyof typeof SMTP_BEHAVIOURS;

/** Long enough for a busy machine, except where the time is to run out. */
const AMPLE_MS = 5_000;
const SHORT_MS = 1_000;
const timeFor = (behaviour: Behaviour) => (behaviour.startsWith('hangs') ? SHORT_MS : AMPLE_MS);

let server: SmtpServer;
let root: string;
let folders = 0;
const opened: SmtpEmailProvider[] = [];

beforeAll(async () => {
  server = await SmtpServer.start();
  root = await mkdtemp(join(tmpdir(), 'latchkey-mail-'));
});

beforeEach(() => server.reset());

afterEach(() => opened.splice(0).forEach((provider) => provider.onApplicationShutdown()));

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const configOf = (facts: Partial<EmailConfig> = {}): EmailConfig => ({
  provider: 'smtp',
  from: 'Latchkey <no-reply@id.example.org>',
  folder: join(root, String((folders += 1))),
  smtpUrl: `smtp://ops%40example.org:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`,
  timeoutMs: AMPLE_MS,
  consoleQuiet: true,
  ...facts,
});

function smtp(facts: Partial<EmailConfig> = {}): SmtpEmailProvider {
  const provider = new SmtpEmailProvider(configOf(facts));
  opened.push(provider);
  return provider;
}

const PROVIDERS: readonly (readonly [string, () => EmailProvider])[] = [
  ['the console', () => new ConsoleEmailProvider(configOf())],
  ['files', () => new FileEmailProvider(configOf())],
  ['SMTP', () => smtp()],
];

describe.each(PROVIDERS)('Every e-mail provider keeps its promise: %s', (_, provider) => {
  it('answers an id for a message it has taken', async () => {
    expect(await provider().send(MESSAGE)).toEqual({ providerId: MESSAGE_ID });
  });

  it('answers another id for another message', async () => {
    const email = provider();
    const ids = [1, 2, 3, 4].map((digit) => `${MESSAGE.id.slice(0, -1)}${digit}`);
    const receipts = await Promise.all(ids.map((id) => email.send({ ...MESSAGE, id })));
    expect(new Set(receipts.map(({ providerId }) => providerId)).size).toBe(4);
  });

  it('answers the same id for the same message, so that who gets it twice can tell', async () => {
    const email = provider();
    const [once, again] = [await email.send(MESSAGE), await email.send(MESSAGE)];
    expect(again).toEqual(once);
  });

  it('says how long it takes at most', () => {
    expect(provider().timeoutMs).toBe(AMPLE_MS);
  });
});

describe('The console provider', () => {
  it('prints the message unless it is told not to', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await new ConsoleEmailProvider(configOf()).send(MESSAGE);
    expect(print).not.toHaveBeenCalled();
    await new ConsoleEmailProvider(configOf({ consoleQuiet: false })).send(MESSAGE);
    const printed = print.mock.calls.join('\n');
    print.mockRestore();
    for (const part of [MESSAGE.to, MESSAGE.subject, 'Ваш код: 40718293']) expect(printed).toContain(part);
  });
});

describe('Where e-mail is not offered', () => {
  it('every message is refused for good', async () => {
    expect(await failureOf(new AbsentEmailProvider(configOf()))).toMatchObject({
      kind: 'not_offered',
      fate: 'refused',
    });
  });
});

describe('The file provider', () => {
  it('writes one readable file a message, for its owner only, into a folder that it makes', async () => {
    const config = configOf({ folder: join(root, 'deep', 'mail') });
    await new FileEmailProvider(config).send(MESSAGE);
    const [name = '', ...others] = await readdir(config.folder);
    expect(others).toEqual([]);
    expect(name).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d-]+\\.\\d{3}Z-${MESSAGE.id}\\.eml$`));
    expect((await stat(join(config.folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(config.folder)).mode & 0o777).toBe(0o700);
    const mime = await readFile(join(config.folder, name), 'utf8');
    expect(headersOf(mime)).toMatchObject({
      from: 'Latchkey <no-reply@id.example.org>',
      to: 'anna@example.com',
      'message-id': MESSAGE_ID,
      'auto-submitted': 'auto-generated',
    });
    expect(headersOf(mime)['content-type']).toMatch(/^multipart\/alternative;/);
    for (const part of [MESSAGE.text.replace('\n', '\r\n'), MESSAGE.html]) expect(mime).toContain(part);
    expect(mime.indexOf('text/plain')).toBeLessThan(mime.indexOf('text/html'));
  });

  it('names files so that they sort by their time', async () => {
    const config = configOf();
    const provider = new FileEmailProvider(config);
    const ids = ['c', 'a', 'b'].map((letter) => `${MESSAGE.id.slice(0, -1)}${letter}`);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    for (const [second, id] of ids.entries()) {
      jest.setSystemTime(Date.UTC(2026, 0, 1, 0, 0, second));
      await provider.send({ ...MESSAGE, id });
    }
    jest.useRealTimers();
    const names = (await readdir(config.folder)).sort();
    expect(names.map((name) => name.slice(-40, -4))).toEqual(ids);
  });

  it('leaves nothing half written, and says that it was not taken, when it cannot write', async () => {
    const config = configOf({ folder: join(root, 'no-folder') });
    await writeFile(config.folder, '');
    expect(await failureOf(new FileEmailProvider(config))).toMatchObject({ kind: 'not_written', fate: 'not_taken' });
    expect(await readFile(config.folder, 'utf8')).toBe('');
  });
});

describe('The SMTP provider', () => {
  it('hands a message over with both parts, after signing in', async () => {
    await smtp().send(MESSAGE);
    expect(server.logins).toEqual([`\0ops@example.org\0${PASSWORD}`]);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'no-reply@id.example.org', to: 'anna@example.com' });
    expect(headersOf(mail?.content ?? '')).toMatchObject({ to: 'anna@example.com', 'message-id': MESSAGE_ID });
    expect(mail?.content).not.toContain('Bcc');
    for (const type of ['text/plain', 'text/html']) expect(mail?.content).toContain(`Content-Type: ${type}`);
  });

  it('keeps its connection for the next message', async () => {
    const provider = smtp();
    for (const id of ['a', 'b', 'c']) await provider.send({ ...MESSAGE, id });
    expect(server.mails).toHaveLength(3);
    expect(server.connections).toBe(1);
  });

  it('signs in nowhere when the URL names nobody', async () => {
    await smtp({ smtpUrl: `smtp://127.0.0.1:${server.port}` }).send(MESSAGE);
    expect(server.logins).toEqual([]);
    expect(server.mails).toHaveLength(1);
  });

  it.each<[Behaviour, EmailFailureKind, EmailFate]>([
    ['refusesRecipient', 'rejected', 'refused'],
    ['refusesSender', 'rejected', 'refused'],
    ['refusesContent', 'rejected', 'refused'],
    ['wantsLogin', 'unauthorized', 'not_taken'],
    ['refusesLogin', 'unauthorized', 'not_taken'],
    ['isBusyForRecipient', 'deferred', 'not_taken'],
    ['isBusyForContent', 'deferred', 'not_taken'],
    ['hasNoRoom', 'deferred', 'not_taken'],
    ['refusesEverybody', 'deferred', 'not_taken'],
    ['isClosing', 'deferred', 'not_taken'],
    ['closesAtOnce', 'no_connection', 'not_taken'],
    ['closesBeforeData', 'no_connection', 'not_taken'],
    ['closesHalfWay', 'connection_lost', 'unknown'],
    ['hangsAtOnce', 'too_slow', 'not_taken'],
    ['hangsBeforeData', 'too_slow', 'not_taken'],
    ['hangsAfterData', 'timeout', 'unknown'],
  ])('when the server %s: %s, so the message is %s, and is tried once', async (behaviour, kind, fate) => {
    server.behaviour = SMTP_BEHAVIOURS[behaviour];
    const start = performance.now();
    expect(await failureOf(smtp({ timeoutMs: timeFor(behaviour) }))).toMatchObject({ kind, fate });
    expect(performance.now() - start).toBeLessThan(AMPLE_MS);
    expect(server.steps.filter((step) => step === 'greeting')).toHaveLength(1);
    expect(server.mails).toEqual([]);
  });

  it('goes on after a refusal', async () => {
    const provider = smtp();
    server.behaviour = SMTP_BEHAVIOURS.refusesRecipient;
    await failureOf(provider);
    server.behaviour = {};
    await provider.send(MESSAGE);
    expect(server.mails).toHaveLength(1);
  });

  it('knows that a message was not taken when there is no connection', async () => {
    const away = await SmtpServer.start();
    const smtpUrl = `smtp://127.0.0.1:${away.port}`;
    await away.close();
    // A name that no resolver asks the network for.
    for (const url of [smtpUrl, 'smtp://mail..invalid']) {
      const failure = await failureOf(smtp({ smtpUrl: url }));
      expect(failure).toMatchObject({ kind: 'no_connection', fate: 'not_taken' });
    }
  });

  it('counts the wait for a free connection, and hands over nothing whose time is over', async () => {
    server.behaviour = SMTP_BEHAVIOURS.hangsAfterData;
    const provider = smtp({ timeoutMs: 2_000 });
    const failures = await Promise.all(Array.from({ length: 8 }, () => failureOf(provider)));
    const kinds = failures.map(({ kind }) => kind).sort();
    expect(kinds).toEqual([...Array<string>(5).fill('timeout'), ...Array<string>(3).fill('too_slow')]);
  });

  it('sends nothing unencrypted to another machine, unless the URL says that it may', async () => {
    // 127.0.0.2 is this machine too, but not one of the names that are known to be.
    const elsewhere = `smtp://ops:${encodeURIComponent(PASSWORD)}@127.0.0.2:${server.port}`;
    expect(await failureOf(smtp({ smtpUrl: elsewhere }))).toMatchObject({ kind: 'no_tls', fate: 'not_taken' });
    expect(server.logins).toEqual([]);
    await smtp({ smtpUrl: `${elsewhere}?tls=optional` }).send(MESSAGE);
    expect(server.mails).toHaveLength(1);
  });

  it.each(Object.keys(SMTP_BEHAVIOURS) as Behaviour[])('tells nothing secret when the server %s', async (behaviour) => {
    server.behaviour = SMTP_BEHAVIOURS[behaviour];
    const written: string[] = [];
    const note = (chunk: unknown) => written.push(String(chunk)) > 0;
    const spies = [
      jest.spyOn(process.stdout, 'write').mockImplementation(note),
      jest.spyOn(process.stderr, 'write').mockImplementation(note),
    ];
    const outcome = await smtp({ timeoutMs: timeFor(behaviour) })
      .send(MESSAGE)
      .catch((error: unknown) => error);
    spies.forEach((spy) => spy.mockRestore());
    const told = [...written, inspect(outcome, { depth: 20, showHidden: true, getters: true })].join('\n');
    for (const secret of SECRETS) expect(told).not.toContain(secret);
  });
});

function headersOf(mime: string): Record<string, string> {
  const [head = ''] = mime.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const pair = (line: string) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')] as const;
  return Object.fromEntries(lines.map(pair));
}

async function failureOf(provider: EmailProvider): Promise<EmailFailure> {
  const outcome = await provider.send(MESSAGE).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(EmailFailure);
  return outcome as EmailFailure;
}
