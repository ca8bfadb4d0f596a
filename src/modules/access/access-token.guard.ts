import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { FRESH_KEY, PUBLIC_KEY, ROLES_KEY } from '../../common/http/access.decorators.js';
import { askerOf } from '../../common/http/asker.js';
import { Forbidden, Unauthenticated } from '../../common/http/http.errors.js';
import type { Role } from '../../common/role.js';
import type { Principal } from '../sessions/sessions.service.js';
import { FreshSignIns } from './fresh-sign-ins.service.js';

/** Global: every route is closed unless it says `@Public`, and closed to other roles where it says `@Roles`. */
@Injectable()
export class AccessTokenGuard extends AuthGuard('access-token') {
  constructor(
    private readonly reflector: Reflector,
    private readonly freshSignIns: FreshSignIns,
  ) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    if (this.metadata<boolean>(PUBLIC_KEY, context)) return true;
    return this.metadata<boolean>(FRESH_KEY, context) ? this.letInFresh(context) : super.canActivate(context);
  }

  private async letInFresh(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    const { currentPassword } = (request.body ?? {}) as { currentPassword?: unknown };
    const { network } = askerOf(request);
    return this.freshSignIns.ensure({ principal: request.user, currentPassword, network });
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
