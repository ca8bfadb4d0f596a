import type { DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { CannotStart } from '../../src/common/cannot-start.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { WorkerModule } from '../../src/worker.module.js';
import { configFor } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MountedViews } from '../support/mounted-views.js';

describe('Texts that an operator has mounted', () => {
  const views = new MountedViews();
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    views.write('messages/otp-code.sms.ru.hbs', `{{product}}: {{code}} ${'— ваш код'.repeat(8)}`);
  });

  afterAll(async () => {
    await database.drop();
    views.clear();
  });

  async function failureOf(root: DynamicModule): Promise<unknown> {
    const module = await Test.createTestingModule({ imports: [root] })
      .setLogger(new JsonLogger('silent'))
      .overrideProvider(MessageRenderer)
      .useClass(views.renderer)
      .compile();
    const failure: unknown = await module.init().catch((error: unknown) => error);
    await module.close();
    return failure;
  }

  it.each([
    ['the process that serves HTTP', AppModule],
    ['the worker', WorkerModule],
  ])('keep %s from starting when one would be billed twice', async (_, root) => {
    const failure = await failureOf(root.for(configFor(database.url, { WORKER: 'separate' })));
    expect(failure).toBeInstanceOf(CannotStart);
    expect((failure as Error).message).toContain('views/messages/otp-code.sms.ru.hbs is more than one SMS with ');
  });
});
