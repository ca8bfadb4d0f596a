import { ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiSchema, type SchemaObject } from '@nestjs/swagger';
import type { CheckResult, Readiness } from './health.registry.js';

const CHECK: SchemaObject = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'failed'], description: 'Whether it works.', example: 'ok' },
    ms: { type: 'integer', minimum: 0, description: 'Milliseconds that it took to answer.', example: 2 },
    balance: {
      type: 'number',
      description: 'What is left in the account, in roubles; only of `sms`, where the provider tells.',
      example: 512.4,
    },
  },
  required: ['status', 'ms'],
};

@ApiSchema({ description: 'That the process runs.' })
export class Liveness {
  /** Always `ok`: a process that does not run answers nothing. */
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  readonly status!: 'ok';
}

@ApiSchema({ description: 'Whether the process can serve, and how what it needs does.' })
export class Health {
  /** `unavailable`: something that is needed does not answer, or the process is closing. */
  @ApiProperty({ enum: ['ok', 'unavailable'], example: 'ok' })
  readonly status!: 'ok' | 'unavailable';

  @ApiPropertyOptional({
    description: [
      'Each thing this process needs, by its name; only for bearers of OPS_TOKEN when it is set.',
      '`sms` is how the account of the SMS provider was the last time it was looked at; it makes no process unavailable.',
    ].join(' '),
    type: 'object',
    additionalProperties: CHECK,
    example: { database: { status: 'ok', ms: 2 }, sms: { status: 'ok', ms: 180, balance: 512.4 } },
  })
  readonly checks?: Readonly<Record<string, CheckResult>>;

  static of({ ready, checks }: Readiness, withDetails: boolean): Health {
    return { status: ready ? 'ok' : 'unavailable', ...(withDetails && { checks }) };
  }
}

/** The answer of a process that cannot serve, as documents see it. */
export const UNREADY = {
  type: Health,
  description: 'Send requests elsewhere.',
  example: { status: 'unavailable', checks: { database: { status: 'failed', ms: 2000 } } },
} as const;

const METRICS_EXAMPLE = `# HELP http_request_duration_seconds Time from the first byte of a request to the last of its answer
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.005",method="GET",route="/api/v1/users/me",status="2xx"} 117
http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/api/v1/users/me",status="2xx"} 120
http_request_duration_seconds_sum{method="GET",route="/api/v1/users/me",status="2xx"} 0.42
http_request_duration_seconds_count{method="GET",route="/api/v1/users/me",status="2xx"} 120
`;

/** Documents what Prometheus reads. */
export const ApiMetrics = (): MethodDecorator =>
  ApiOkResponse({
    description: 'The text format of Prometheus, version 0.0.4. The example shows a part.',
    content: { 'text/plain': { schema: { type: 'string', example: METRICS_EXAMPLE } } },
  });
