import { Global, Module } from '@nestjs/common';
import { ClosingModule } from '../closing/closing.module.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.registry.js';
import { Metrics } from './metrics.js';
import { OpsAccess } from './ops.access.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { QueueNumbers } from './scrapes/queue-numbers.js';

const SHOWN = [Metrics, QueueNumbers, HealthRegistry, OpsAccess];

/** What a process tells of itself, also one that does not serve the API. */
@Global()
@Module({ imports: [ClosingModule, TracingModule], providers: SHOWN, exports: SHOWN })
export class MetricsModule {}

@Module({ imports: [MetricsModule], controllers: [HealthController] })
export class ObservabilityModule {}
