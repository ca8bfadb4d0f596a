import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { CommandsModule } from './modules/commands/commands.module.js';
import { TokensModule } from './modules/tokens/tokens.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { MetricsModule } from './platform/observability/observability.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { RateLimitModule } from './platform/rate-limit/rate-limit.module.js';
import { RetentionModule } from './platform/retention/retention.module.js';
import { RootKeyModule } from './platform/root-key/root-key.module.js';

/** What commands need. It serves nothing, and does no periodic work. */
@Module({})
export class CliModule {
  static for(config: Config): DynamicModule {
    return {
      module: CliModule,
      imports: [
        ConfigModule.for(config),
        MetricsModule,
        DatabaseModule,
        RootKeyModule,
        EventsModule,
        RetentionModule,
        RateLimitModule,
        TokensModule,
        CommandsModule,
      ],
    };
  }
}
