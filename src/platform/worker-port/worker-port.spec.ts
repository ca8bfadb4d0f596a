import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import type { HttpConfig } from '../../config/config.js';
import { Closing } from '../closing/closing.js';
import { HealthRegistry } from '../observability/health.registry.js';
import { Metrics } from '../observability/metrics.js';
import { OpsAccess } from '../observability/ops.access.js';
import { WorkerPort } from './worker-port.js';

const OPS_TOKEN = 'ops-token-of-a-test';
const bearer = { authorization: `Bearer ${OPS_TOKEN}` };

const health = new HealthRegistry(new Closing({ drainMs: 0 } as HttpConfig));
let down = false;
let port: WorkerPort;

function portOf(given: Partial<HttpConfig>): WorkerPort {
  const config = { host: '127.0.0.1', workerPort: 0, opsToken: OPS_TOKEN, ...given } as HttpConfig;
  return new WorkerPort(config, health, new Metrics(), new OpsAccess(config));
}

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port.port}${path}`, init);

beforeAll(async () => {
  Logger.overrideLogger(false);
  health.register('database', async () => {
    if (down) throw new Error('away');
  });
  port = portOf({});
  await port.onApplicationBootstrap();
});

beforeEach(() => {
  down = false;
});

afterAll(() => port.onApplicationShutdown());

describe('The port of a worker', () => {
  it('says that the worker lives, whatever it lacks', async () => {
    down = true;
    const live = await ask('/health/live');
    expect([live.status, live.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await live.json()).toEqual({ status: 'ok' });
  });

  it('says whether the worker can carry messages, and the details to operations only', async () => {
    expect((await ask('/health/ready')).status).toBe(200);
    down = true;
    const stranger = await ask('/health/ready');
    expect([stranger.status, await stranger.json()]).toEqual([503, { status: 'unavailable' }]);
    const details = await ask('/health/ready?verbose', { headers: bearer });
    expect(await details.json()).toMatchObject({ status: 'unavailable', checks: { database: { status: 'failed' } } });
  });

  it('gives metrics to operations only', async () => {
    const refused = await ask('/metrics', { headers: { authorization: 'Bearer guess' } });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await refused.json()).toMatchObject({ code: 'auth.unauthenticated' });
    const metrics = await ask('/metrics', { headers: bearer });
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toContain('process_resident_memory_bytes');
  });

  it.each([
    ['GET', '/'],
    ['GET', '/api/v1/users/me'],
    ['GET', '/health'],
    ['GET', '/health/live/'],
    ['GET', '//metrics'],
    ['POST', '/health/live'],
    ['DELETE', '/metrics'],
  ])('has nothing else: %s %s', async (method, path) => {
    const answer = await ask(path, { method, headers: bearer });
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'request.not_found' })]);
  });

  it('answers HEAD without a body', async () => {
    const head = await ask('/health/live', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '15', '']);
  });

  it('is nowhere when none is set', async () => {
    const none = portOf({ workerPort: undefined });
    await none.onApplicationBootstrap();
    expect(none.port).toBeUndefined();
    none.onApplicationShutdown();
  });

  it('says what to do when somebody else listens there', async () => {
    const other: Server = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const taken = portOf({ workerPort: (other.address() as AddressInfo).port });
    const mistake = await taken.onApplicationBootstrap().catch((error: unknown) => error);
    expect(mistake).toBeInstanceOf(CannotStart);
    expect(String(mistake)).toContain('WORKER_PORT');
    other.close();
  });

  it('ends at once, though somebody is still asking', async () => {
    const ending = portOf({});
    await ending.onApplicationBootstrap();
    const slow = connect(ending.port ?? 0, '127.0.0.1');
    await once(slow, 'connect');
    slow.write('GET /health/live HTTP/1.1\r\n');
    slow.on('error', () => undefined).resume();
    const ended = once(slow, 'close');
    // So that the server has seen the connection.
    await fetch(`http://127.0.0.1:${ending.port}/health/live`).then((answer) => answer.text());
    ending.onApplicationShutdown();
    await ended;
    expect(ending.port).toBeUndefined();
  });
});
