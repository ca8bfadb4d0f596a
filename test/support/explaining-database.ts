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

/** A database of its own that explains what it is asked to run, with the plan that the application would keep, and runs it. */
export class ExplainingDatabase {
  readonly explained: Explained[] = [];
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

  async run<Row>({ name, text }: Statement<Row>, values: readonly (string | number | null)[]): Promise<Row[]> {
    const statement = `"${name}"`;
    if (!this.prepared.has(name)) await this.client.query(`PREPARE ${statement} AS ${text}`);
    this.prepared.add(name);
    const list = values.map((value) => (value === null ? 'NULL' : escapeLiteral(String(value)))).join(', ');
    const execute = `EXECUTE ${statement}(${list})`;
    const { rows } = await this.client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${execute}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (!plan) throw new Error('PostgreSQL explained nothing.');
    this.explained.push({ buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], plans: nodesOf(plan) });
    return (await this.client.query(execute)).rows as Row[];
  }

  /** The kinds of nodes by which the rows of a table were read, as far as they fetch rows of it. */
  waysTo(table: string): string[] {
    const nodes = this.explained.flatMap(({ plans }) => plans).filter((node) => node['Relation Name'] === table);
    return [...new Set(nodes.map((node) => node['Node Type']))].sort();
  }

  /** What the last statements have read, in blocks. */
  lastBuffers(statements: number): number {
    return this.explained.slice(-statements).reduce((sum, { buffers }) => sum + buffers, 0);
  }
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
