import { headersIn, type SamplerName } from './environment/environment.tracing.js';

/** Traces are sent where there is an `endpoint`, and only there. */
export class TracingConfig {
  /** Where they are posted to. */
  readonly endpoint?: string;
  readonly headers!: Readonly<Record<string, string>>;
  readonly serviceName!: string;
  readonly sampler!: SamplerName;
  /** Share of the traces that a sampler by ratio keeps, 0 to 1. */
  readonly ratio!: number;
}

interface Written {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string;
  readonly OTEL_SERVICE_NAME: string;
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  readonly OTEL_TRACES_SAMPLER_ARG: string;
}

/** As they were validated. */
export function tracingConfig(environment: Written): TracingConfig {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_HEADERS: headers } = environment;
  return {
    endpoint: base && `${base.replace(/\/*$/, '')}/v1/traces`,
    headers: headers === undefined ? {} : (headersIn(headers) ?? {}),
    serviceName: environment.OTEL_SERVICE_NAME,
    sampler: environment.OTEL_TRACES_SAMPLER,
    ratio: Number(environment.OTEL_TRACES_SAMPLER_ARG),
  };
}
