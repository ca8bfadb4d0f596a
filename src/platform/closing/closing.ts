import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HttpConfig } from '../../config/config.js';

/**
 * The end of this process, told before it comes: whoever chooses between processes sees it in time and sends no more
 * requests this way, and what waits for something that may take long stops waiting.
 */
@Injectable()
export class Closing implements OnModuleDestroy {
  private readonly announcement = new AbortController();

  constructor(private readonly config: HttpConfig) {}

  /** Aborted from the announcement on. */
  get signal(): AbortSignal {
    return this.announcement.signal;
  }

  get isAnnounced(): boolean {
    return this.signal.aborted;
  }

  /** Announces the end, and goes on serving for as long as balancers need to notice. */
  async announce(): Promise<void> {
    this.announcement.abort();
    await pause(this.config.drainMs);
  }

  /** Whoever closes without an announcement waits for nobody; told before anybody finishes what is in hand. */
  onModuleDestroy(): void {
    this.announcement.abort();
  }
}
