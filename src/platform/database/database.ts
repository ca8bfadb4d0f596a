import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral, type QueryRunner, type Repository } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { traced } from '../tracing/current-work.js';
import type { SpanStart } from '../tracing/span.js';
import { type Executor, Lanes } from './lanes/lanes.js';
import { dropDisorderly, isUnanswered } from './pool/disorder.js';
import { type Statement, statement } from './statement.js';

const PING = statement('database.ping', 'SELECT 1');

/** TypeORM releases a runner whose connection broke, and whatever is run on it then complains of that. */
class LostConnection extends Error {
  constructor(cause: unknown) {
    super('Connection terminated in a transaction', { cause });
  }
}

interface Transaction {
  readonly runner: QueryRunner;
  readonly client: PoolClient;
  /** What waits for the commit. */
  readonly after: (() => void)[];
}

/**
 * The one way to PostgreSQL: prepared statements and repositories that join the transaction of their caller, whichever
 * service opened it.
 */
@Injectable()
export class Database {
  private readonly current = new AsyncLocalStorage<Transaction>();
  /** Transactions under way. */
  private open = 0;

  /** @param lanes without them every statement has a connection to itself */
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() private readonly lanes?: Lanes,
  ) {
    // While documents are built nothing connects.
    if (dataSource.isInitialized) dropDisorderly(this.pool);
  }

  /** Runs a statement, in the caller's transaction if there is one; answers its rows. */
  async run<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await traced(
      () => ofStatement(statement.name),
      () => this.execute(statement, values),
    );
    return rows;
  }

  /** How many transactions this process may have open; the next one waits for a connection. */
  get mostTransactions(): number {
    return this.dataSource.options.poolSize ?? 1;
  }

  /** Resolves while PostgreSQL answers. */
  async ping(): Promise<void> {
    await this.run(PING, []);
  }

  /** The first row of a statement, or undefined. */
  async first<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row | undefined> {
    return (await this.run(statement, values))[0];
  }

  /** The repository of an entity, bound to the caller's transaction if there is one. */
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    const manager = this.current.getStore()?.runner.manager ?? this.dataSource.manager;
    return manager.getRepository(entity);
  }

  /** Runs `work` in a transaction (READ COMMITTED): all of it or nothing. A call inside another one joins that. */
  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current.getStore()) return work();
    this.open += 1;
    try {
      return await traced(ofTransaction, () => this.inTransaction(work));
    } finally {
      this.open -= 1;
      // Before Node.js 24 a storage that was used once slows every promise of the process until it is disabled.
      if (this.open === 0) this.current.disable();
    }
  }

  /** Calls `work` once the caller's transaction is committed, never when it fails; at once where there is none. */
  afterCommit(work: () => void): void {
    const transaction = this.current.getStore();
    if (transaction) transaction.after.push(work);
    else work();
  }

  private async inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    const after: (() => void)[] = [];
    try {
      await runner.startTransaction();
      const result = await this.current.run({ runner, client, after }, work);
      await runner.commitTransaction();
      after.forEach((each) => each());
      return result;
    } catch (error) {
      // Without ROLLBACK the connection is in disorder, and goes.
      if (!isUnanswered(error)) await this.rollback(runner);
      throw runner.isReleased ? new LostConnection(error) : error;
    } finally {
      await runner.release();
    }
  }

  private async rollback(runner: QueryRunner): Promise<void> {
    try {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
    } catch {
      // The connection is gone, and the transaction with it: the first error tells more than this one.
    }
  }

  private execute<Row>(
    { name, text, lane, wrote }: Statement<Row>,
    values: readonly unknown[],
  ): Promise<QueryResult<Row & QueryResultRow>> {
    const query = { name, text, values: [...values] };
    const transaction: Executor | undefined = this.current.getStore()?.client;
    if (transaction || !lane || !this.lanes) return (transaction ?? this.pool).query<Row & QueryResultRow>(query);
    return this.lanes.run<Row & QueryResultRow>({ kind: lane, query, wrote }, this.pool);
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }
}

/** A span by the name of a statement: its text and its values are nobody's business. */
const ofStatement = (name: string): SpanStart => ({
  name,
  kind: 'client',
  facts: { 'db.system.name': 'postgresql', 'db.query.summary': name },
});

const ofTransaction = (): SpanStart => ({ name: 'transaction', facts: { 'db.system.name': 'postgresql' } });
