import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { AccountModule } from './modules/account/account.module.js';
import { AuthModule } from './modules/auth/auth.module.js';
import { CourierModule } from './modules/messages/courier.module.js';
import { QaModule } from './modules/qa/qa.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import { ObservabilityModule } from './platform/observability/observability.module.js';
import { RateLimitModule } from './platform/rate-limit/rate-limit.module.js';

/** The process that serves HTTP, and carries messages too unless a worker of its own does. */
@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.for(config),
        ObservabilityModule,
        DatabaseModule,
        ClockModule,
        RateLimitModule,
        IdempotencyModule,
        AuthModule,
        AccountModule,
        ...(config.qa.inbox ? [QaModule] : []),
        ...(config.app.hostsWorker ? [CourierModule] : []),
      ],
    };
  }
}
