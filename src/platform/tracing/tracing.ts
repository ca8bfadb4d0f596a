import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ending, workFor } from './current-work.js';
import type { Span, SpanStart, Tracer } from './span.js';

/** What a trace goes on from. */
export interface Origin {
  readonly requestId?: string | null;
  readonly traceparent?: string | null;
}

/** Begins traces, where they are kept at all; pieces of them are {@link traced}. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly tracer?: Tracer) {}

  get isOn(): boolean {
    return this.tracer !== undefined;
  }

  /** Begins a trace, or goes on with the caller's; undefined where none are kept. Whoever calls this ends it. */
  begin(start: SpanStart, traceparent?: string): Span | undefined {
    return this.tracer?.begin(start, traceparent);
  }

  /** Does `work` as a piece of the trace that it goes on from, or of a new one. */
  resume<Result>(start: SpanStart, from: Origin, work: () => Promise<Result>): Promise<Result> {
    const span = this.begin(start, from.traceparent ?? undefined);
    if (!span) return work();
    const { requestId } = from;
    return workFor({ span, ...(requestId && { requestId }) }, () => ending(span, work));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracer?.close();
  }
}
