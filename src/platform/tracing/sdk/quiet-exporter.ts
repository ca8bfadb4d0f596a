import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { errorTypeOf } from '../error-type.js';

interface Log {
  warn(message: string): void;
  log(message: string): void;
}

/** Says once that spans do not reach the collector, and once that they do again; nobody else hears of it. */
export class QuietExporter implements SpanExporter {
  private failing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.note(result);
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  /** What the collector answered is not written: nobody knows what it repeats. */
  private note({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed && !this.failing) {
      this.log.warn(`traces do not reach the collector (${errorTypeOf(error)}); this is said once`);
    }
    if (!failed && this.failing) this.log.log('traces reach the collector again');
    this.failing = failed;
  }
}
