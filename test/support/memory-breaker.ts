import type { Channel } from '../../src/modules/courier/outbox.js';
import type { Outlook, TransportBreaker } from '../../src/modules/sending/transport-breaker.service.js';

/** The breaker without a database: what it was told, and what it answers. */
export class MemoryBreaker implements Pick<TransportBreaker, 'report' | 'outlook'> {
  readonly reports: string[][] = [];
  readonly outlooks: Partial<Record<Channel, Outlook>> = {};
  /** What a report answers: whether the transport still fails. */
  failing = false;
  /** What every call rejects with while it is set. */
  failure?: unknown;

  async report(_: Channel, ends: readonly string[]): Promise<boolean> {
    if (this.failure !== undefined) throw this.failure;
    this.reports.push([...ends]);
    return this.failing;
  }

  async outlook(channel: Channel): Promise<Outlook> {
    if (this.failure !== undefined) throw this.failure;
    return this.outlooks[channel] ?? { failing: false, holding: false };
  }

  /** As its users ask for it. */
  asBreaker(): TransportBreaker {
    return this as unknown as TransportBreaker;
  }
}
