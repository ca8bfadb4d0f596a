import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.registry.js';
import { Metrics } from './metrics.js';
import { OpsAccess } from './ops.access.js';

/** The numbers of a process, also of one that serves no HTTP. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}

@Global()
@Module({
  imports: [MetricsModule],
  controllers: [HealthController],
  providers: [HealthRegistry, OpsAccess],
  exports: [HealthRegistry, MetricsModule],
})
export class ObservabilityModule {}
