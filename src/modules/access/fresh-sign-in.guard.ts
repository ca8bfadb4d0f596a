import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { FRESH_KEY, ReauthenticationRequired } from '../../common/http/access.decorators.js';
import { askerOf } from '../../common/http/asker.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { Principal } from '../sessions/sessions.service.js';

const LONGEST_PASSWORD = 128;

/**
 * Global, after the guard of access tokens: where a route says `@FreshSignIn`, lets only those through who signed in at most ten
 * minutes ago or give their current password now (ASVS 7.5.1).
 */
@Injectable()
export class FreshSignInGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly passwords: PasswordsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.reflector.get<boolean | undefined>(FRESH_KEY, context.getHandler())) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    const typed = currentPasswordIn(request.body);
    // A password that is given is checked, however fresh the sign-in: a wrong one is never let pass for a right one.
    if (typed === undefined) return allow(request.user.fresh);
    return allow(await this.passwords.proves(request.user.person.id, typed, askerOf(request).network));
  }
}

/** The guard comes before validation: what is no password is left for that to refuse. */
function currentPasswordIn(body: unknown): string | undefined {
  const typed = (body as { currentPassword?: unknown } | null | undefined)?.currentPassword;
  return typeof typed === 'string' && typed.length <= LONGEST_PASSWORD * 2 ? typed : undefined;
}

function allow(proven: boolean): true {
  if (!proven) throw new ReauthenticationRequired();
  return true;
}
