import { NestFactory } from '@nestjs/core';
import { loadConfig, processEnvironment } from './config/env.js';
import { runProcess } from './lifecycle.js';
import { JsonLogger } from './platform/observability/logger.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async () => {
  const config = loadConfig(processEnvironment());
  const logger = new JsonLogger(config.app.logLevel);
  const worker = await NestFactory.createApplicationContext(WorkerModule.for(config), { logger, abortOnError: false });
  return () => worker.close();
});
