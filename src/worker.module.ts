import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { Courier } from './modules/courier/courier.js';
import { CourierModule } from './modules/courier/courier.module.js';
import { DeliveryCheckerModule } from './modules/deliveries/delivery-checker.module.js';
import { OtpModule } from './modules/otp/otp.module.js';
import { Database } from './platform/database/database.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HealthRegistry } from './platform/observability/health.registry.js';
import { MetricsModule } from './platform/observability/observability.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { RateLimitModule } from './platform/rate-limit/rate-limit.module.js';
import { RootKeyModule } from './platform/root-key/root-key.module.js';
import { WorkerPortModule } from './platform/worker-port/worker-port.module.js';
import { RetentionModule } from './platform/retention/retention.module.js';

/** The process that carries messages, and asks what became of them. It knows one-time codes because their texts are made when they are sent. */
@Module({})
export class WorkerModule implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    private readonly database: Database,
    private readonly courier: Courier,
  ) {}

  /** What it takes to carry messages. */
  onModuleInit(): void {
    this.health.register('database', () => this.database.ping());
    this.health.register('courier', () => this.courier.awake());
  }

  static for(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.for(config),
        MetricsModule,
        DatabaseModule,
        RootKeyModule,
        EventsModule,
        RetentionModule,
        RateLimitModule,
        OtpModule,
        CourierModule,
        DeliveryCheckerModule,
        WorkerPortModule,
      ],
    };
  }
}
