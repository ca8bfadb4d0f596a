import pg from 'pg';

interface Seen {
  readonly client: object;
  readonly text: string;
  /** Whether its connection is one that statements share, where none waits for the disk by itself. */
  readonly shares: boolean;
}

const BEGIN = /^\s*(BEGIN|START TRANSACTION)/i;
const COMMIT = /^\s*COMMIT/i;
const ROLLBACK = /^\s*ROLLBACK/i;
const WRITES = /\b(INSERT INTO|UPDATE|DELETE FROM)\b/;
/** Said in the statement, or inside those functions of the limits that are called alone. */
const DOES_NOT_WAIT = /synchronous_commit|rate_limit_(add|refund)\(/;
/** Sent once for many requests: what wakes the courier, what waits for the disk, and what a shared connection asks when it is opened. */
const FLUSH = /^SELECT pg_logical_emit_message\(/;
const SHARED = /pg_notify|pg_logical_emit_message|pg_postmaster_start_time/;

const query = pg.Client.prototype.query;

/** What this process asks of PostgreSQL, by listening to the driver. */
export class StatementCost {
  private readonly seen: Seen[] = [];

  /** @param database the URL of the one that is listened to; all of this process when left out */
  listen(database?: string): void {
    const { seen } = this;
    const name = database && new URL(database).pathname.slice(1);
    // Wrapped as it is: the overloads of the driver's method are too many to name.
    pg.Client.prototype.query = function (this: object, ...values: unknown[]) {
      const { database: asked, pipeline: shares = false } = this as pg.Client & { readonly pipeline?: boolean };
      if (!name || asked === name) seen.push({ client: this, text: textOf(values[0]), shares });
      return Reflect.apply(query, this, values) as unknown;
    } as typeof query;
  }

  stop(): void {
    pg.Client.prototype.query = query;
  }

  reset(): void {
    this.seen.length = 0;
  }

  /** Without BEGIN, COMMIT and ROLLBACK, and what many requests share. */
  get statements(): string[] {
    const brackets = [BEGIN, COMMIT, ROLLBACK, SHARED];
    return this.seen.map(({ text }) => text).filter((text) => !brackets.some((bracket) => bracket.test(text)));
  }

  /** Commits that wait for the disk: where connections are shared, those that do so for all; elsewhere of what writes and does not say that it need not. */
  get waitingCommits(): number {
    return this.seen.filter(({ shares, text }) => shares && FLUSH.test(text)).length + this.waitingAlone();
  }

  private waitingAlone(): number {
    const open = new Map<object, string[]>();
    let waiting = 0;
    for (const { client, text } of this.seen.filter(({ shares }) => !shares)) {
      const transaction = open.get(client);
      if (BEGIN.test(text)) open.set(client, []);
      else if (COMMIT.test(text)) waiting += Number(waits(transaction ?? []));
      else if (transaction) transaction.push(text);
      else waiting += Number(waits([text]));
      if (COMMIT.test(text) || ROLLBACK.test(text)) open.delete(client);
    }
    return waiting;
  }
}

const waits = (texts: readonly string[]): boolean =>
  texts.some((text) => WRITES.test(text)) && !texts.some((text) => DOES_NOT_WAIT.test(text));

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : ((query as { text?: string } | undefined)?.text ?? '');
