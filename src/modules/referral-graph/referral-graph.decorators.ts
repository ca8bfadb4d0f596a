import { createParamDecorator, type ExecutionContext, Param, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { askerOf } from '../../common/http/asker.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import type { Viewer } from './shown-person.js';

/** Hands whoever is signed in, and where they are, to a controller's method. */
export const FromViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
  return { actorId: request.user.person.id, address: askerOf(request).address };
});

/** What is no id at all is nobody's. */
const PERSON_ID: PipeTransform<string, string> = {
  transform: (id) => {
    if (!isUUID(id)) throw new UserNotFound();
    return id.toLowerCase();
  },
};

/** Documents that id. */
export const PERSON_PARAMETER = {
  name: 'userId',
  description: 'Whose tree: `id` of a profile, or `userId` of somebody in another tree.',
  schema: { type: 'string', format: 'uuid', example: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a' },
} as const;

/** Hands the id of the person that a path names to a controller's method. */
export const PersonId = (): ParameterDecorator => Param('userId', PERSON_ID);
