import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Header,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader, ApiNotModifiedResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { isNews } from './entity-tag.js';

/** Tells a client that has the answer already that it has. */
@Injectable()
class EntityTags implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        const content = Buffer.isBuffer(answer) ? answer : JSON.stringify(answer);
        return isNews(content, request, reply) ? answer : undefined;
      }),
    );
  }
}

/** Lets everybody keep the answer of a route as `Cache-Control` says, and ask whether it has changed. */
export const Cached = (cacheControl: string): MethodDecorator =>
  applyDecorators(
    Header('Cache-Control', cacheControl),
    UseInterceptors(EntityTags),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The `ETag` of the answer that you keep.',
      schema: { type: 'string', maxLength: 1_000 },
      example: '"qT0JvJ0fXkR2m1c9VbN3xA"',
    }),
    // Success has the same headers.
    ApiNotModifiedResponse({
      description: 'What you keep is still the answer.',
      headers: {
        'Cache-Control': {
          description: 'How long it may be kept, and by whom.',
          required: true,
          schema: { type: 'string', enum: [cacheControl] },
          example: cacheControl,
        },
        ETag: { $ref: '#/components/headers/ETag' },
      },
    }),
  );
