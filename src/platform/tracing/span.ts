/** What may stand beside a span: names, numbers and codes. Never a phone, an address, a code, a token, a text or a URL. */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** `server` and `client`: the two ends of a call; `consumer`: takes up what another has left for it. */
export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

export interface SpanStart {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly facts?: SpanFacts;
}

/** A piece of work that is being traced. */
export interface Span {
  readonly traceId: string;
  /** As the header of this name (W3C Trace Context) hands it on. */
  readonly traceparent: string;
  /** Begins a piece of this piece. */
  child(start: SpanStart): Span;
  set(facts: SpanFacts): void;
  /** @param type what went wrong, in a word of few */
  fail(type: string): void;
  end(): void;
}

/** Where traces begin. */
export interface Tracer {
  /**
   * Begins a trace, or goes on with the one of a caller.
   * @param traceparent what the caller handed on; anything else than W3C Trace Context has it is passed over
   */
  begin(start: SpanStart, traceparent: string | undefined): Span;
  /** Sends what has not been sent, for a moment at the most. Never fails. */
  close(): Promise<void>;
}
