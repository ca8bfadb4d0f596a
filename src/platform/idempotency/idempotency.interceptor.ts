import { setTimeout as pause } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import type { Authenticated } from '../../common/http/access.decorators.js';
import { askerOf } from '../../common/http/asker.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import { findHostile } from '../../common/http/validation/validation.js';
import { IdempotencyKeyInvalid, IdempotencyKeyReused } from './idempotency.errors.js';
import { type Claim, IdempotentAnswers, type IdempotentRequest } from './idempotent-answers.js';

export const KEPT_SECONDS = 'idempotency:kept-seconds';

/** A UUID with something in it, bare or as the quoted string of the draft. */
const UUID = /^(?<quote>"?)(?!0{8}-)(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\k<quote>$/i;
const TWIN_POLL_MS = 50;
const TWIN_PATIENCE_MS = 15_000;

/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), except that a twin in flight waits for the answer. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly answers: IdempotentAnswers,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    // A hostile body is refused by the validation, which comes after this and before any of our code.
    if (header === undefined || findHostile(request.body)) return next.handle();
    const keptSeconds = this.reflector.get<number>(KEPT_SECONDS, context.getHandler());
    return this.once(identify(request, header), next, keptSeconds);
  }

  private async once(request: IdempotentRequest, next: CallHandler, keptSeconds: number): Promise<Observable<unknown>> {
    const result = await this.claimOrAnswer(request);
    return 'claim' in result ? this.run(next, result.claim, keptSeconds) : of(result.answer);
  }

  private run(next: CallHandler, claim: Claim, keptSeconds: number): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => from(this.release(claim)).pipe(mergeMap(() => throwError(() => error)))),
      mergeMap(async (answer: unknown) => {
        // What was done is answered, also when it cannot be kept for a repetition.
        await this.answers.keep(claim, answer, keptSeconds).catch(() => this.release(claim));
        return answer;
      }),
    );
  }

  /** What cannot be released now is free when the claim runs out. */
  private async release(claim: Claim): Promise<void> {
    await this.answers.release(claim).catch(() => undefined);
  }

  private async claimOrAnswer(request: IdempotentRequest): Promise<{ claim: Claim } | { answer: unknown }> {
    const deadline = performance.now() + TWIN_PATIENCE_MS;
    while (performance.now() < deadline) {
      const result = await this.answers.claim(request);
      if (result.kind === 'another_body') throw new IdempotencyKeyReused();
      if (result.kind !== 'running') return result;
      await pause(TWIN_POLL_MS);
    }
    throw new ServiceUnavailable();
  }
}

function identify(request: FastifyRequest, header: string | string[]): IdempotentRequest {
  const idempotencyKey = UUID.exec(String(header))?.groups?.uuid?.toLowerCase();
  if (!idempotencyKey) throw new IdempotencyKeyInvalid();
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  // Whoever is signed in gets only what they themself were answered.
  const { user } = request as { user?: Authenticated };
  const asker = [askerOf(request).network, user?.person.id ?? ''].join(' ');
  return { idempotencyKey, route, asker, body: request.body };
}
