import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { askerOf } from '../../common/http/asker.js';
import type { Principal } from '../sessions/sessions.service.js';
import type { Changer } from './contact-aftermath.service.js';

/** Hands the {@link Changer} to a controller's method: who is signed in, and where the request comes from. */
export const FromChanger = createParamDecorator((_: unknown, context: ExecutionContext): Changer => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
  const { person, sessionId } = request.user;
  return { ...askerOf(request), person, sessionId };
});
