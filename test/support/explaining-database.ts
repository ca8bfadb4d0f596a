import { Client, escapeLiteral } from 'pg';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { createTestDatabase, type TestDatabase } from './database.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

interface Explained {
  readonly buffers: number;
  readonly plans: readonly Plan[];
}

type Value = string | number | boolean | Date | Uint8Array | null | undefined | readonly Value[];

/**
 * A database of its own that explains what it is asked to run, with the plan that the application would keep, and runs it. Stands in for
 * the application's where nothing has to be undone: each statement is a transaction of its own.
 */
export class ExplainingDatabase {
  /** It has one connection. */
  readonly mostTransactions = 1;
  readonly explained: Explained[] = [];
  /** Names of statements by which some table was read from its beginning to its end: by functions and foreign keys, too. */
  readonly readingWholeTables = new Set<string>();
  private readonly prepared = new Set<string>();

  private constructor(
    private readonly database: TestDatabase,
    private readonly client: Client,
  ) {}

  static async open(): Promise<ExplainingDatabase> {
    const database = await createTestDatabase();
    const { extra } = dataSourceOptions(database.url, 1) as { extra: { options: string } };
    const client = new Client({ connectionString: database.url, options: extra.options });
    await client.connect();
    return new ExplainingDatabase(database, client);
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }

  /** Asks without explaining. */
  async sql(text: string, values: readonly unknown[] = []): Promise<void> {
    await this.client.query(text, [...values]);
  }

  async run<Row>({ name, text }: Statement<Row>, values: readonly Value[]): Promise<Row[]> {
    const statement = `"${name}"`;
    if (!this.prepared.has(name)) await this.client.query(`PREPARE ${statement} AS ${text}`);
    this.prepared.add(name);
    const list = values.map((value) => (isNothing(value) ? 'NULL' : escapeLiteral(textOf(value))));
    const execute = `EXECUTE ${statement}${list.length > 0 ? `(${list.join(', ')})` : ''}`;
    await this.explain(name, execute);
    return (await this.client.query(execute)).rows as Row[];
  }

  async first<Row>(statement: Statement<Row>, values: readonly Value[]): Promise<Row | undefined> {
    return (await this.run(statement, values))[0];
  }

  transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  /** The kinds of nodes by which the rows of a table were read, as far as they fetch rows of it. */
  waysTo(table: string): string[] {
    const nodes = this.explained.flatMap(({ plans }) => plans).filter((node) => node['Relation Name'] === table);
    const ways = new Set(nodes.map((node) => node['Node Type']));
    ways.delete('ModifyTable');
    return [...ways].sort();
  }

  /** What the last statements have read, in blocks. */
  lastBuffers(statements: number): number {
    return this.explained.slice(-statements).reduce((sum, { buffers }) => sum + buffers, 0);
  }

  /** What everything that `work` asks reads, in blocks. */
  async costOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.explained.length;
    await work();
    return this.lastBuffers(this.explained.length - before);
  }

  /** To explain is to run: what was written is undone, or it would be written twice. */
  private async explain(name: string, execute: string): Promise<void> {
    await this.client.query('BEGIN');
    const before = await this.wholeReads();
    const plan = await this.planOf(execute);
    if ((await this.wholeReads()) > before) this.readingWholeTables.add(name);
    await this.client.query('ROLLBACK');
    this.explained.push({ buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], plans: nodesOf(plan) });
  }

  private async planOf(execute: string): Promise<Plan> {
    const { rows } = await this.client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${execute}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (!plan) throw new Error('PostgreSQL explained nothing.');
    return plan;
  }

  private async wholeReads(): Promise<number> {
    const { rows } = await this.client.query<{ scans: number }>(
      'SELECT sum(seq_scan)::int AS scans FROM pg_stat_xact_user_tables',
    );
    return rows[0]?.scans ?? 0;
  }
}

const isNothing = (value: Value): value is null | undefined => value === null || value === undefined;

/** A value as PostgreSQL reads it between quotes. */
function textOf(value: Exclude<Value, null | undefined>): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'object') return `{${value.map((each) => elementOf(each)).join()}}`;
  return String(value);
}

const elementOf = (value: Value): string =>
  isNothing(value) ? 'NULL' : `"${textOf(value).replace(/["\\]/g, String.raw`\$&`)}"`;

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
