import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.registry.js';
import { Metrics } from './metrics.js';
import { OpsAccess } from './ops.access.js';

@Global()
@Module({
  controllers: [HealthController],
  providers: [HealthRegistry, Metrics, OpsAccess],
  exports: [HealthRegistry, Metrics],
})
export class ObservabilityModule {}
