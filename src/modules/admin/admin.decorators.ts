import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { PathParam, type PathParamOptions } from '../../common/contract/path-param.js';
import { EXAMPLE_IDS } from '../../common/contract/values.js';
import { askerOf } from '../../common/http/asker.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import type { Viewer } from './looks.service.js';

/** Hands whoever is signed in, and where they are, to a controller's method. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Viewer => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
  const { id: actorId, role } = request.user.person;
  return { actorId, role, address: askerOf(request).address };
});

/** What is no id at all is nobody's. */
const PERSON_ID: PipeTransform<string, string> = {
  transform: (id) => {
    if (!isUUID(id)) throw new UserNotFound();
    return id.toLowerCase();
  },
};

const TOLD: PathParamOptions = {
  description: 'The `id` of the person, as profiles and lists tell it.',
  schema: { type: 'string', format: 'uuid', example: EXAMPLE_IDS.anna },
};

/** Hands the id of the person that a path names to a controller's method. */
export const PersonId = (): ParameterDecorator => PathParam('id', TOLD, PERSON_ID);
