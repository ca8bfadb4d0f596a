import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DatabaseConfig } from '../../config/config.js';

const RECONNECT_MS = 500;
/** A server that hangs answers nothing at all. */
const ANSWERED_MS = 5_000;

/**
 * LISTEN and NOTIFY, on connections of their own: inside a transaction NOTIFY would hold a lock of the whole cluster
 * through the commit's flush. Best effort: whoever listens must poll behind it.
 */
@Injectable()
export class Notifications implements OnApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly handlers = new Map<string, () => void>();
  private sender?: Promise<pg.Client>;
  private listener?: pg.Client;
  private retry?: NodeJS.Timeout;
  private readonly pending = new Set<string>();
  private sending = false;
  private closed = false;

  constructor(private readonly config: DatabaseConfig) {}

  /** Wakes the listeners of a channel soon; calls that come while one is on its way are one. Never fails. */
  notify(channel: string): void {
    this.pending.add(channel);
    if (!this.sending && !this.closed) void this.flush();
  }

  /** Calls `handler` at each notification, and after every reconnection, when some may have been missed. */
  async listen(channel: string, handler: () => void): Promise<void> {
    this.handlers.set(channel, handler);
    if (this.listener) await this.listener.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    else await this.openListener();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const sender = await this.sender?.catch(() => undefined);
    await Promise.allSettled([sender?.end(), this.listener?.end()]);
  }

  private async flush(): Promise<void> {
    this.sending = true;
    try {
      const client = await (this.sender ??= this.connect(() => (this.sender = undefined)));
      while (this.pending.size > 0) {
        const channels = [...this.pending];
        this.pending.clear();
        await client.query({
          name: 'notify',
          text: `SELECT pg_notify(c, '') FROM unnest($1::text[]) c`,
          values: [channels],
        });
      }
    } catch {
      void this.sender?.then((client) => client.end()).catch(() => undefined);
      this.sender = undefined;
      this.pending.clear();
    } finally {
      this.sending = false;
    }
  }

  private async openListener(): Promise<void> {
    try {
      const client = await this.connect(() => this.reopenListener());
      client.on('notification', ({ channel }) => this.handlers.get(channel)?.());
      this.listener = client;
      for (const [channel, handler] of this.handlers) {
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
        handler();
      }
    } catch {
      this.reopenListener();
    }
  }

  private reopenListener(): void {
    this.listener = undefined;
    if (this.closed || this.retry) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      void this.openListener();
    }, RECONNECT_MS);
  }

  private async connect(onLost: () => void): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.config.directUrl,
      application_name: 'latchkey-notifications',
      connectionTimeoutMillis: 3_000,
      query_timeout: ANSWERED_MS,
      keepAlive: true,
    });
    client.on('error', (error) => this.logger.warn(`notification connection lost: ${error.message}`));
    client.once('end', onLost);
    await client.connect();
    return client;
  }
}
