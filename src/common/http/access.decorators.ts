import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiPropertyOptional, ApiSchema, ApiSecurity } from '@nestjs/swagger';
import type { Role } from '../role.js';
import { IsTypedPassword } from './fields.decorators.js';
import { Forbidden, ReauthenticationRequired } from './http.errors.js';
import { ApiErrors } from './problem.js';

/** Keys of what the global guard reads from a route or its controller. */
export const PUBLIC_KEY = 'access:public';
export const ROLES_KEY = 'access:roles';
export const FRESH_KEY = 'access:fresh';
/** Under which routes note the same for documents. */
export const ROLES_NOTE = 'x-roles';
export const FRESH_NOTE = 'x-fresh-sign-in';

/** Opens a route, or every route of a controller, to everybody. Without it only signed-in people come through. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC_KEY, true), ApiSecurity({}));

/** Lets only people with one of these roles through. */
export const Roles = (...roles: Role[]): MethodDecorator =>
  applyDecorators(SetMetadata(ROLES_KEY, roles), ApiExtension(ROLES_NOTE, roles), ApiErrors(Forbidden));

/**
 * Lets only those through who signed in at most ten minutes ago, whatever was refreshed since, or send their `currentPassword` in the
 * body.
 */
export const FreshSignIn = (): MethodDecorator =>
  applyDecorators(SetMetadata(FRESH_KEY, true), ApiExtension(FRESH_NOTE, true), ApiErrors(ReauthenticationRequired));

/** The password with which a body vouches for whoever signed in longer ago than {@link FreshSignIn} allows. */
export const IsCurrentPassword = (): PropertyDecorator =>
  applyDecorators(
    IsTypedPassword({ optional: true }),
    ApiPropertyOptional({
      example: 'the words before these',
      description:
        'The password so far, for whoever signed in more than 10 minutes ago. May be left out after a fresh sign-in; a wrong one is refused even then.',
    }),
  );

/** The body of a route that says {@link FreshSignIn} and takes nothing else. */
@ApiSchema({ description: 'The password so far, where the sign-in is no longer fresh.' })
export class ReauthenticationDto {
  @IsCurrentPassword()
  currentPassword?: string;
}

/** What the guard leaves in `request.user`, as far as everybody may know it. */
export interface Authenticated {
  readonly person: { readonly id: string };
}

/** The person whom the guard has let in: `request.user` as the guard left it. */
export const CurrentUser = createParamDecorator(
  <Person>(_: unknown, context: ExecutionContext): Person => context.switchToHttp().getRequest<{ user: Person }>().user,
);
