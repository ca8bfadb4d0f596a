import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseConfig } from '../../config/config.js';
import { laneOptions, servingOptions } from './data-source.js';
import { Database } from './database.js';
import { DatabaseTime } from './database-time.js';
import { laneCount, Lanes } from './lanes/lanes.js';
import { Notifications } from './notifications.js';
import { PoolNumbers } from './pool/pool-numbers.js';

/** Connections that have one statement or transaction at a time. */
function unshared(connections: number): number {
  const lanes = laneCount(connections);
  return lanes === 0 ? connections : connections - lanes - 1;
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig],
      useFactory: (config: DatabaseConfig) => ({
        ...servingOptions(config.url, unshared(config.poolSize)),
        autoLoadEntities: true,
        migrations: [],
        manualInitialization: config.lazy === true,
        retryAttempts: 10,
        retryDelay: 1_000,
      }),
    }),
  ],
  providers: [
    {
      provide: Lanes,
      inject: [DatabaseConfig],
      useFactory: ({ url, poolSize }: DatabaseConfig) => new Lanes(laneOptions(url), laneCount(poolSize)),
    },
    Database,
    DatabaseTime,
    Notifications,
    PoolNumbers,
  ],
  exports: [Database, Notifications],
})
export class DatabaseModule {}
