import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyKeyInvalid, IdempotencyKeyReused } from './idempotency.errors.js';
import { IdempotencyInterceptor, KEPT_SECONDS } from './idempotency.interceptor.js';

/**
 * Gives a repeated request under the same `Idempotency-Key` the answer of the first, for `keptSeconds` after it.
 * Only successes are kept: what was refused may be tried again under the same key.
 */
export const Idempotent = ({ keptSeconds }: { keptSeconds: number }): MethodDecorator =>
  applyDecorators(
    SetMetadata(KEPT_SECONDS, keptSeconds),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: `A random UUID of the request; a repetition from the same network within ${keptSeconds} seconds gets the same answer.`,
      schema: { type: 'string', format: 'uuid' },
    }),
  );

/** The refusals of an {@link Idempotent} route, for its documentation. */
export const IDEMPOTENCY_ERRORS = [IdempotencyKeyInvalid, IdempotencyKeyReused] as const;
