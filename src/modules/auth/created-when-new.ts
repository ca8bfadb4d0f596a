import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

@Injectable()
class CreatedWhenNewInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<{ isNewUser: boolean }>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(({ isNewUser }) => {
        if (isNewUser) void reply.status(201);
      }),
    );
  }
}

/** The profile of whoever has just registered holds hardly anything yet. */
const NEWCOMER = {
  email: null,
  username: null,
  firstName: null,
  lastName: null,
  city: null,
  telegramId: null,
  avatarUrl: null,
  locale: null,
  activatedInviteCode: null,
  invitees: { total: 0, items: [] },
};

/** Answers 201 instead of 200 when the sign-in made a new person. */
export const CreatedWhenNew = (type: Type): MethodDecorator =>
  applyDecorators(
    UseInterceptors(CreatedWhenNewInterceptor),
    ApiOkResponse({ type, description: 'The person was known.', example: { isNewUser: false } }),
    ApiCreatedResponse({
      type,
      description: 'This sign-in registered the person.',
      example: { isNewUser: true, user: NEWCOMER },
    }),
  );
