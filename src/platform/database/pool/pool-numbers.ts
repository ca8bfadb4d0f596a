import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { DatabaseConfig } from '../../../config/config.js';
import { Metrics } from '../../observability/metrics.js';
import { Lanes } from '../lanes/lanes.js';

type Callback = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void;

/** How the connections of this process are used, without those for notifications. */
@Injectable()
export class PoolNumbers implements OnApplicationBootstrap {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly lanes: Lanes,
    private readonly config: DatabaseConfig,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    // None is opened where documents are made without a database.
    if (!this.dataSource.isInitialized) return;
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    this.gauge(pool);
    this.measureWaiting(pool);
  }

  private gauge(pool: Pool): void {
    this.metrics.gauge(
      {
        name: 'latchkey_database_connections',
        help: 'Connections to PostgreSQL that are open, and the most there may be (limit)',
        labelNames: ['state'],
      },
      () => [
        [{ state: 'idle' }, pool.idleCount + this.lanes.standing.idle],
        [{ state: 'busy' }, pool.totalCount - pool.idleCount + this.lanes.standing.busy],
        [{ state: 'limit' }, this.config.poolSize],
      ],
    );
    this.metrics.gauge(
      { name: 'latchkey_database_waiting', help: 'Whoever waits for a connection to PostgreSQL now' },
      () => [[{}, pool.waitingCount]],
    );
  }

  /** The pool tells nobody how long it kept them waiting; everything that wants a connection goes through its `connect`. */
  private measureWaiting(pool: Pool): void {
    const waits = this.metrics.histogram({
      name: 'latchkey_database_wait_seconds',
      help: 'How long a statement or a transaction waited for its connection to PostgreSQL',
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    });
    const connect = pool.connect.bind(pool) as (callback?: Callback) => unknown;
    const timed = (callback: Callback, askedAt = performance.now()): Callback => {
      return (error, client, done) => {
        waits.observe((performance.now() - askedAt) / 1_000);
        callback(error, client, done);
      };
    };
    pool.connect = ((callback?: Callback) => connect(callback && timed(callback))) as Pool['connect'];
  }
}
