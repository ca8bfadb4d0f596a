import { NestFactory } from '@nestjs/core';
import { runProcess } from './lifecycle.js';
import { prepareBeside } from './local.js';
import { JsonLogger } from './platform/observability/logger.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async () => {
  const config = await prepareBeside();
  const logger = new JsonLogger(config.app.logLevel);
  const worker = await NestFactory.createApplicationContext(WorkerModule.for(config), { logger, abortOnError: false });
  return () => worker.close();
});
