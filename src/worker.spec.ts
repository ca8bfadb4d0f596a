import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { JsonLogger } from './platform/observability/logger.js';
import { WorkerPort } from './platform/worker-port/worker-port.js';
import { WorkerModule } from './worker.module.js';
import { configFor } from '../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../test/support/database.js';
import { eventually } from '../test/support/eventually.js';
import { takeAway } from '../test/support/outage.js';

describe('A worker of its own', () => {
  let database: TestDatabase;
  let worker: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = configFor(database.url, { WORKER_PORT: '0' });
    const logger = new JsonLogger('silent');
    worker = await NestFactory.createApplicationContext(WorkerModule.for(config), { logger, abortOnError: false });
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const ask = (path: string) => fetch(`http://127.0.0.1:${worker.get(WorkerPort, { strict: false }).port}${path}`);

  it('is ready while it reaches the database and looks after the outbox', async () => {
    expect(await (await ask('/health/ready')).json()).toEqual({
      status: 'ok',
      checks: {
        database: { status: 'ok', ms: expect.any(Number) as number },
        courier: { status: 'ok', ms: expect.any(Number) as number },
      },
    });
  });

  it('tells the numbers of its process', async () => {
    expect(await (await ask('/metrics')).text()).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it.each(['/api/v1/users/me', '/', '/swagger', '/.well-known/jwks.json'])(
    'serves nothing of the API: %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('lives without the database and is not ready, and is so again by itself', async () => {
    const giveBack = await takeAway(database);
    expect((await ask('/health/ready')).status).toBe(503);
    expect((await ask('/health/live')).status).toBe(200);
    await giveBack();
    await eventually(async () => {
      expect((await ask('/health/ready')).status).toBe(200);
    });
  });
});
