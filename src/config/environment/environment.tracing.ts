import { LimitsEnvironment } from '../limits.js';
import { Hidden, HttpUrl, OneOf, Text } from './environment.rules.js';

/** One header, as `name=value`: a token of RFC 9110 §5.6.2, and what may stand in a header once it is percent-encoded. */
const HEADER = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([\x21-\x7e]*)\s*$/;

export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

/** The variables of traces, with the names that the specification of OpenTelemetry gives them. */
export class TracingEnvironment extends LimitsEnvironment {
  /**
   * Base URL of an OpenTelemetry collector, such as `http://collector:4318`; traces are sent to `/v1/traces` below it. Without it
   * there are none.
   * @defaultValue none
   */
  @HttpUrl()
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /**
   * Headers that the collector wants: `name=value,other=value`, values percent-encoded.
   * @defaultValue none
   */
  @Hidden(
    (value) => headersIn(value) !== undefined,
    'is no list of headers: write name=value,other=value, values percent-encoded.',
  )
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  /** What traces call the process. */
  @Text(/^[\w.-]{1,64}$/, 'write 1 to 64 Latin letters, digits, dots, hyphens and underscores.')
  OTEL_SERVICE_NAME = 'latchkey';

  /** Which traces are kept; with `parentbased_…` the caller’s choice counts where it has made one. */
  @OneOf(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  )
  OTEL_TRACES_SAMPLER: SamplerName = 'parentbased_always_on';

  /** The share of traces that `…traceidratio` keeps, from 0 to 1. */
  @Text(/^(0(\.\d+)?|1(\.0+)?)$/, 'write a number from 0 to 1, such as 0.1.')
  OTEL_TRACES_SAMPLER_ARG = '1';
}

/** Undefined where it is no such list. */
export function headersIn(list: string): Readonly<Record<string, string>> | undefined {
  const pairs = list.split(',').map((pair) => HEADER.exec(pair));
  if (!pairs.every((pair) => pair !== null)) return undefined;
  try {
    return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, decodeURIComponent(value)]));
  } catch {
    return undefined; // A % that encodes nothing.
  }
}
