import { type EdgeApp, startEdge } from '../../../test/support/edge-app.js';
import type { HttpConfig } from '../../config/config.js';
import { Closing } from '../closing/closing.js';
import { type CheckResult, HealthRegistry } from './health.registry.js';

describe('Health and metrics', () => {
  let edge: EdgeApp;
  let down = false;
  const bearer = { headers: { authorization: 'Bearer ops-token-of-a-test' } };

  beforeAll(async () => {
    edge = await startEdge({ opsToken: 'ops-token-of-a-test' });
    edge.app.get(HealthRegistry).register('database', async () => {
      if (down) throw new Error('away');
    });
  });

  beforeEach(() => {
    down = false;
  });

  afterAll(() => edge.app.close());

  it('says ready while everything works, and recovers by itself', async () => {
    down = true;
    expect((await edge.fetch('/health/ready')).status).toBe(503);
    expect((await edge.fetch('/health/live')).status).toBe(200);
    down = false;
    const ready = await edge.fetch('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ok' });
  });

  it('shows what it only informs of without being unready for it, and nothing while nothing is known', async () => {
    const registry = new HealthRegistry(new Closing({ drainMs: 0 } as HttpConfig));
    const known: CheckResult[] = [];
    registry.register('database', () => Promise.resolve());
    registry.inform('sms', () => known[0]);
    expect(Object.keys((await registry.readiness()).checks)).toEqual(['database']);
    known.push({ status: 'failed', ms: 12 });
    expect(await registry.readiness()).toMatchObject({
      ready: true,
      checks: { database: { status: 'ok' }, sms: known[0] },
    });
  });

  it('tells details to operations only', async () => {
    down = true;
    const stranger = await edge.fetch('/health/ready', { headers: { authorization: 'Bearer guess' } });
    expect(await stranger.json()).toEqual({ status: 'unavailable' });
    const ops = await edge.fetch('/health/ready', bearer);
    expect(await ops.json()).toMatchObject({ status: 'unavailable', checks: { database: { status: 'failed' } } });
  });

  it('gives metrics to operations only, by route and not by address', async () => {
    await (await edge.fetch('/sample/79121234567')).text();
    const refused = await edge.fetch('/metrics');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    const response = await edge.fetch('/metrics', bearer);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/sample\/:id",status="2xx"\} 1/);
    expect(text).not.toContain('79121234567');
  });

  it('leaves all of it open when no token is set', async () => {
    const open = await startEdge();
    expect((await open.fetch('/metrics')).status).toBe(200);
    expect(await (await open.fetch('/health/ready')).json()).toEqual({ status: 'ok', checks: {} });
    await open.app.close();
  });

  it('is not ready once its end is announced', async () => {
    const closing = new Closing({ drainMs: 0 } as HttpConfig);
    const registry = new HealthRegistry(closing);
    expect(await registry.readiness()).toMatchObject({ ready: true });
    await closing.announce();
    expect(await registry.readiness()).toMatchObject({ ready: false });
  });
});
