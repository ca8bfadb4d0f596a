import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseConfig } from '../../config/config.js';
import { servingOptions } from './data-source.js';
import { Database } from './database.js';
import { DatabaseTime } from './database-time.js';
import { Notifications } from './notifications.js';
import { PoolNumbers } from './pool/pool-numbers.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig],
      useFactory: (config: DatabaseConfig) => ({
        ...servingOptions(config.url, config.poolSize),
        autoLoadEntities: true,
        migrations: [],
        manualInitialization: config.lazy === true,
        retryAttempts: 10,
        retryDelay: 1_000,
      }),
    }),
  ],
  providers: [Database, DatabaseTime, Notifications, PoolNumbers],
  exports: [Database, Notifications],
})
export class DatabaseModule {}
