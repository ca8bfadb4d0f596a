import { Logger } from '@nestjs/common';
import { speaksWell, type TransportBreaker } from '../sending/transport-breaker.service.js';
import type { Attempt } from './attempts/attempt.js';
import type { Channel } from './outbox.js';

/**
 * What one lane tells the breaker of its transport: many attempts at once, and of those that went well only while some process has
 * seen one fail. So a transport that works costs no statement.
 */
export class TransportWatch {
  private readonly logger: Logger;
  private ends: string[] = [];
  private worthTelling = false;
  private failing = false;

  constructor(
    private readonly channel: Channel,
    private readonly breaker: TransportBreaker,
  ) {
    this.logger = new Logger(`Courier ${channel}`);
  }

  /** Whether something was noted that the breaker must hear of. */
  get hasNews(): boolean {
    return this.worthTelling;
  }

  note({ told, trial }: Attempt): void {
    if (told !== undefined) this.ends.push(told);
    this.worthTelling ||= trial || (told !== undefined && (this.failing || !speaksWell(told)));
  }

  /** Sees what the lanes of all processes have told, and whether messages wait for that or for the switch. */
  async look(): Promise<{ readonly holding: boolean }> {
    const { failing, holding } = await this.breaker.outlook(this.channel);
    this.failing = failing;
    return { holding };
  }

  /** Tells what was noted. What cannot be told is lost: the next messages tell the same. */
  async tell(): Promise<void> {
    const [ends, worthTelling] = [this.ends, this.worthTelling];
    this.ends = [];
    this.worthTelling = false;
    if (!worthTelling) return;
    try {
      this.failing = await this.breaker.report(this.channel, ends);
    } catch (error) {
      this.logger.warn(`the breaker cannot be told: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}
