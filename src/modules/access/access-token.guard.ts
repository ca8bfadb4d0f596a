import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { PUBLIC_KEY, ROLES_KEY } from '../../common/http/access.decorators.js';
import { Forbidden, Unauthenticated } from '../../common/http/http.errors.js';
import type { Role } from '../../common/role.js';
import type { Principal } from '../sessions/sessions.service.js';

/** Global: every route is closed unless it says `@Public`, and closed to other roles where it says `@Roles`. */
@Injectable()
export class AccessTokenGuard extends AuthGuard('access-token') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    return this.metadata<boolean>(PUBLIC_KEY, context) ? true : super.canActivate(context);
  }

  override handleRequest<User>(error: unknown, user: User | false, _info: unknown, context: ExecutionContext): User {
    if (error instanceof Error) throw error;
    if (!user) throw new Unauthenticated();
    const roles = this.metadata<Role[]>(ROLES_KEY, context);
    const { person } = user as unknown as Principal;
    if (roles && !roles.includes(person.role)) throw new Forbidden();
    return user;
  }

  private metadata<Value>(key: string, context: ExecutionContext): Value | undefined {
    return this.reflector.getAllAndOverride<Value | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}
