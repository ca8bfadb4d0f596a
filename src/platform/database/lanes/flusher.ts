import type { SharedConnection } from './shared-connection.js';

// A commit that has written something waits for the disk, and with it for all that was committed before. It leaves nothing behind.
const FLUSH = { name: 'lanes.flush', text: `SELECT pg_logical_emit_message(true, 'latchkey', '')` };

/**
 * Waits for the disk once for all who wait. What was committed without waiting is safe when a later commit is, as long as the server did
 * not crash in between; if it did, this connection broke, and whoever waits is told so.
 */
export class Flusher {
  private underWay?: Promise<void>;
  private next?: Promise<void>;

  constructor(readonly connection: SharedConnection) {}

  /** Whether what is committed on that connection can be waited for here. */
  serves({ server }: SharedConnection): boolean {
    return server !== undefined && server === this.connection.server;
  }

  /** Resolves when everything that had been committed on its server is on the disk. */
  flush(): Promise<void> {
    // One that is under way may have begun before.
    return (this.next ??= this.begin());
  }

  private async begin(): Promise<void> {
    await this.underWay?.catch(() => undefined);
    this.underWay = this.next;
    this.next = undefined;
    await this.connection.query(FLUSH);
  }
}
