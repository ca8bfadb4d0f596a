import type { ClientConfig } from 'pg';
import { SharedConnection } from './shared-connection.js';

/** Whoever waits longer than this for an answer waits for a lock, and those behind them would as well. */
const STALLED_MS = 50;

/** A connection that is opened when it is first needed, and anew after it broke: then all that was under way fails. */
export class Lane {
  private open?: SharedConnection;
  private opening?: Promise<SharedConnection>;
  /** Statements that have no answer yet. */
  private underWay = 0;
  /** When the last answer came, or the first of those under way was sent. */
  private movedAt = 0;
  private closed = false;

  constructor(private readonly options: ClientConfig) {}

  get length(): number {
    return this.underWay;
  }

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  get isStalled(): boolean {
    return this.underWay > 0 && performance.now() - this.movedAt > STALLED_MS;
  }

  /** Has `work` send one statement. */
  async use<Result>(work: (connection: SharedConnection) => Promise<Result>): Promise<Result> {
    if (this.underWay === 0) this.movedAt = performance.now();
    this.underWay += 1;
    try {
      return await work(await this.connection());
    } finally {
      this.underWay -= 1;
      this.movedAt = performance.now();
    }
  }

  connection(): Promise<SharedConnection> {
    if (this.closed) return Promise.reject(new Error('Connection terminated: the process ends'));
    return this.open ? Promise.resolve(this.open) : (this.opening ??= this.connect());
  }

  /** Waits for what is under way, and takes nothing more. */
  async close(): Promise<void> {
    this.closed = true;
    const connection = this.open ?? (await this.opening?.catch(() => undefined));
    await connection?.end();
  }

  private async connect(): Promise<SharedConnection> {
    try {
      const connection = await SharedConnection.open(this.options);
      void connection.lost.then(() => this.forget(connection));
      this.open = connection;
      return connection;
    } finally {
      this.opening = undefined;
    }
  }

  private forget(connection: SharedConnection): void {
    if (this.open === connection) this.open = undefined;
  }
}
