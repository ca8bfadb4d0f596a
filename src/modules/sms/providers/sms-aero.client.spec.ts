import { connect as connectTo } from 'node:net';
import { type buildConnector, Client } from 'undici';
import { REACTIONS, SmsAeroGateway } from '../../../../test/support/sms-aero-gateway.js';
import type { SmsFailure } from '../sms.errors.js';
import { SmsAeroClient } from './sms-aero.client.js';

/** How a host of SMS Aero can be reached, if at all. */
type Way = 'up' | 'never answers' | Error;

/** Each host has a fifth of it to be connected to, also on a busy machine. */
const TIMEOUT_MS = 15_000;
/** Where it is waited for. */
const SHORT_TIMEOUT_MS = 5_000;
const OFFICIAL = 'https://gate.smsaero.ru/v2/';

let gateway: SmsAeroGateway;
let ways: Partial<Record<string, Way>>;
let tried: string[];

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
});

beforeEach(() => {
  gateway.reset();
  [ways, tried] = [{}, []];
});

afterAll(() => gateway.close());

/** Stands in for the network: what is up leads to the gateway of the test, as if TLS had been agreed upon. */
const network: buildConnector.connector = ({ hostname, protocol, port }, done) => {
  tried.push(`${protocol}//${hostname}${port ? `:${port}` : ''}`);
  const way = ways[hostname] ?? refused;
  if (way instanceof Error) done(way, null);
  if (way !== 'up') return;
  const socket = connectTo(gateway.port, '127.0.0.1', () => done(null, socket));
};

const failed = (code: string): Error => Object.assign(new Error(`failed for ${code}`), { code });
const refused = failed('ECONNREFUSED');

const clientOf = (baseUrl: string, timeoutMs = TIMEOUT_MS) =>
  new SmsAeroClient({ email: 'a@b.example', apiKey: 'k', sign: 's', baseUrl }, timeoutMs, network);
const ask = (baseUrl = OFFICIAL, timeoutMs?: number) => clientOf(baseUrl, timeoutMs).ask('balance', {});

const failureOf = async (attempt: Promise<unknown>) => (await attempt.catch((error: unknown) => error)) as SmsFailure;

describe('The hosts of SMS Aero', () => {
  it('are one while the first can be reached', async () => {
    ways = { 'gate.smsaero.ru': 'up', 'gate.smsaero.org': 'up' };
    expect(await ask()).toMatchObject({ status: 200 });
    expect(tried).toEqual(['https://gate.smsaero.ru']);
  });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNRESET',
    'EHOSTUNREACH',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('are tried in turn where no connection was made: %s', async (code) => {
    ways = { 'gate.smsaero.ru': failed(code), 'gate.smsaero.org': failed(code), 'gate.smsaero.net': 'up' };
    expect(await ask()).toMatchObject({ status: 200 });
    expect(tried).toEqual(['https://gate.smsaero.ru', 'https://gate.smsaero.org', 'https://gate.smsaero.net']);
    expect(gateway.calls).toHaveLength(1);
  });

  it('are all tried before there is no connection, which says why', async () => {
    const failure = await failureOf(ask('https://gate.smsaero.net/v2/'));
    expect(failure).toMatchObject({ kind: 'no_connection', message: 'sms provider: no_connection (ECONNREFUSED)' });
    expect(tried.map((url) => url.split('.').at(-1))).toEqual(['net', 'ru', 'org', 'uz']);
  });

  it('are given up in time for the next one to answer', async () => {
    ways = { 'gate.smsaero.ru': 'never answers', 'gate.smsaero.org': 'never answers', 'gate.smsaero.net': 'up' };
    expect(await ask(OFFICIAL, SHORT_TIMEOUT_MS)).toMatchObject({ status: 200 });
    ways = { 'gate.smsaero.uz': 'never answers', 'gate.smsaero.ru': 'never answers' };
    expect(await failureOf(ask(OFFICIAL, SHORT_TIMEOUT_MS))).toMatchObject({ kind: 'no_connection' });
  });

  it.each([
    'hangs',
    'closesAtOnce',
    'closesHalfWay',
    'fails',
    'refusesCredentials',
    'redirects',
    'speaksNoHttp',
  ] as const)('are not changed once a connection was made: the first one %s', async (reaction) => {
    ways = { 'gate.smsaero.ru': 'up', 'gate.smsaero.org': 'up' };
    gateway.instead = { balance: REACTIONS[reaction] };
    await ask(OFFICIAL, reaction === 'hangs' ? SHORT_TIMEOUT_MS : TIMEOUT_MS).catch(() => undefined);
    expect(tried).toEqual(['https://gate.smsaero.ru']);
    expect(gateway.calls).toHaveLength(1);
  });

  it.each(['https://sms.example.org/v2/', 'http://gate.smsaero.ru/v2/', 'https://gate.smsaero.ru:8443/v2/'])(
    'are left alone when another base is configured: %s',
    async (baseUrl) => {
      expect(await failureOf(ask(baseUrl))).toMatchObject({ kind: 'no_connection' });
      expect(tried).toHaveLength(1);
    },
  );

  it('serve the same below the same path', async () => {
    ways = { 'gate.smsaero.org': 'up' };
    await ask('https://gate.smsaero.ru/v3/');
    expect(gateway.calls).toMatchObject([{ path: '/v3/balance' }]);
  });
});

describe('A connection', () => {
  it('serves one call after the other, and remembers none of them', async () => {
    ways = { 'gate.smsaero.ru': 'up' };
    const client = clientOf(OFFICIAL);
    const listen = jest.spyOn(Client.prototype, 'once');
    for (let call = 0; call < 3; call += 1) await client.ask('balance', {});
    expect(tried).toHaveLength(1);
    expect(listen.mock.calls.filter(([event]) => (event as string) === 'connect')).toHaveLength(1);
    listen.mockRestore();
  });
});
