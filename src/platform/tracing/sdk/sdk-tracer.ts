import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span as SdkSpan,
  type Tracer as Sdk,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Span, SpanFacts, SpanStart, Tracer } from '../span.js';

/** So that a collector which does not answer holds up no stop. */
const CLOSING_MS = 1_000;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

/** Traces by the SDK of OpenTelemetry. */
export class SdkTracer implements Tracer {
  private readonly sdk: Sdk;

  constructor(private readonly provider: TracerProvider) {
    this.sdk = provider.getTracer('latchkey');
  }

  begin(start: SpanStart, traceparent: string | undefined): Span {
    return new TracedSpan(this.sdk, contextOf(traceparent), start);
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSING_MS)));
    await Promise.race([this.provider.shutdown().catch(() => undefined), patience]);
    clearTimeout(timer);
  }
}

class TracedSpan implements Span {
  private readonly context: Context;
  private readonly span: SdkSpan;

  constructor(
    private readonly sdk: Sdk,
    parent: Context,
    { name, kind = 'internal', facts }: SpanStart,
  ) {
    this.span = sdk.startSpan(name, { kind: KINDS[kind], attributes: { ...facts } }, parent);
    this.context = trace.setSpan(parent, this.span);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  child(start: SpanStart): Span {
    return new TracedSpan(this.sdk, this.context, start);
  }

  set(facts: SpanFacts): void {
    this.span.setAttributes({ ...facts });
  }

  fail(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

/** `tracestate` is not taken: it may hold anything. */
function contextOf(traceparent: string | undefined): Context {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed ? trace.setSpanContext(ROOT_CONTEXT, { ...parsed, isRemote: true }) : ROOT_CONTEXT;
}
