import { Logger } from '@nestjs/common';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { newId } from '../../../common/crypto.js';
import type { TracingConfig } from '../../../config/tracing.config.js';
import type { Tracer } from '../span.js';
import { QuietExporter } from './quiet-exporter.js';
import { samplerOf } from './sampler.js';
import { SdkTracer } from './sdk-tracer.js';

/** How long a collector may take to answer. Until then, and while it is away, spans wait, as many as there is room for. */
const TIMEOUT_MS = 5_000;

/** Nothing is read from the environment here, and nothing global is changed: two applications may run in one process. */
export function startTracer(config: TracingConfig & { readonly endpoint: string }): Tracer {
  const { endpoint: url, headers, serviceName } = config;
  const exporter = new QuietExporter(
    new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: TIMEOUT_MS }),
    new Logger('Tracing'),
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': newId() }),
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: TIMEOUT_MS })],
  });
  return new SdkTracer(provider);
}
