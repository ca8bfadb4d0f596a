import type { Channel, ClaimedMessage, Outbox, Outcome } from '../../src/modules/courier/outbox.js';

interface Claim {
  readonly channel: Channel;
  readonly limit: number;
}

const START = Date.UTC(2026, 0, 1);
let made = 0;

/** An id as UUIDv7 has them, made so many milliseconds after all tests begin. */
export function idAt(milliseconds: number): string {
  made += 1;
  const time = (START + milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(made).padStart(12, '0')}`;
}

/** A message that is claimed the first time and worth sending for five minutes. */
export function aMessage(facts: Partial<ClaimedMessage> = {}): ClaimedMessage {
  return {
    id: idAt(0),
    channel: 'sms',
    recipient: '+79120000000',
    template: 'otp-code',
    params: {},
    locale: 'en',
    attempts: 1,
    expired: false,
    secondsLeft: 300,
    waitedSeconds: 0.2,
    trial: false,
    requestId: null,
    traceparent: null,
    ...facts,
  };
}

/** The outbox without a database: what is due, what was claimed and what was settled. */
export class MemoryOutbox implements Pick<Outbox, 'claim' | 'settle' | 'abandon' | 'expire'> {
  due: ClaimedMessage[] = [];
  readonly claims: Claim[] = [];
  /** Each list was written by one statement. */
  readonly settled: Outcome[][] = [];
  readonly abandonedAfter: Partial<Record<Channel, number[]>> = {};
  /** The channels of which late messages were given up. */
  readonly expired: Channel[] = [];
  lost = 0;
  claimsAtOnce = 0;
  mostClaimsAtOnce = 0;
  /** What every call rejects with while it is set. */
  failure?: unknown;
  /** What every call waits for. */
  gate: Promise<void> = Promise.resolve();

  put(...messages: ClaimedMessage[]): void {
    this.due.push(...messages);
  }

  async claim(channel: Channel, limit: number, after: string): Promise<ClaimedMessage[]> {
    this.claims.push({ channel, limit });
    this.claimsAtOnce += 1;
    this.mostClaimsAtOnce = Math.max(this.mostClaimsAtOnce, this.claimsAtOnce);
    await this.answer().finally(() => (this.claimsAtOnce -= 1));
    const claimed = this.due.filter((message) => message.channel === channel && message.id > after).slice(0, limit);
    this.due = this.due.filter((message) => !claimed.includes(message));
    return claimed;
  }

  async settle(_: Channel, outcomes: readonly Outcome[]): Promise<void> {
    await this.answer();
    this.settled.push([...outcomes]);
  }

  async abandon(channel: Channel, olderThanSeconds: number): Promise<number> {
    (this.abandonedAfter[channel] ??= []).push(olderThanSeconds);
    await this.answer();
    return this.lost;
  }

  async expire(channel: Channel): Promise<number> {
    this.expired.push(channel);
    await this.answer();
    return 0;
  }

  /** As its users ask for it. */
  asOutbox(): Outbox {
    return this as unknown as Outbox;
  }

  get outcomes(): Outcome[] {
    return this.settled.flat();
  }

  private async answer(): Promise<void> {
    await this.gate;
    // Anything can be thrown, and a test may want to know what becomes of it.
    if (this.failure !== undefined) throw this.failure;
  }
}

/** Something that waits until it is let go. */
export function aGate(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open };
}
