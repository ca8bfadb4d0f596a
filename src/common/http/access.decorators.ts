import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { Role } from '../role.js';
import { Forbidden } from './http.errors.js';
import { ApiErrors } from './problem.js';

/** Keys of what the global guard reads from a route or its controller. */
export const PUBLIC_KEY = 'access:public';
export const ROLES_KEY = 'access:roles';

/** Opens a route, or every route of a controller, to everybody. Without it only signed-in people come through. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC_KEY, true), ApiSecurity({}));

/** Lets only people with one of these roles through. */
export const Roles = (...roles: Role[]): MethodDecorator =>
  applyDecorators(SetMetadata(ROLES_KEY, roles), ApiErrors(Forbidden));

/** The person whom the guard has let in: `request.user` as the guard left it. */
export const CurrentUser = createParamDecorator(
  <Person>(_: unknown, context: ExecutionContext): Person => context.switchToHttp().getRequest<{ user: Person }>().user,
);
