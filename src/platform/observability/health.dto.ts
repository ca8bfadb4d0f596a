import { ApiProperty, ApiPropertyOptional, type SchemaObject } from '@nestjs/swagger';
import type { CheckResult, Readiness } from './health.registry.js';

const CHECK: SchemaObject = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'failed'] },
    ms: { type: 'integer' },
    balance: { type: 'number', description: 'What is left in the account, in roubles; only of `sms`.' },
  },
  required: ['status', 'ms'],
};

export class Health {
  @ApiProperty({ enum: ['ok', 'unavailable'] })
  readonly status!: 'ok' | 'unavailable';

  @ApiPropertyOptional({
    description: [
      'Each thing this process needs; only for bearers of OPS_TOKEN when it is set.',
      '`sms` is how the account of the SMS provider was the last time it was looked at; it makes no process unavailable.',
    ].join(' '),
    type: 'object',
    additionalProperties: CHECK,
  })
  readonly checks?: Readonly<Record<string, CheckResult>>;

  static of({ ready, checks }: Readiness, withDetails: boolean): Health {
    return { status: ready ? 'ok' : 'unavailable', ...(withDetails && { checks }) };
  }
}
