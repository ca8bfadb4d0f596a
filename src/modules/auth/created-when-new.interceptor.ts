import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Answers 201 instead of 200 when the sign-in made a new person. */
@Injectable()
export class CreatedWhenNew implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<{ isNewUser: boolean }>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap(({ isNewUser }) => isNewUser && reply.status(201)));
  }
}
