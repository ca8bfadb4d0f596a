import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ReauthenticationRequired } from '../../common/http/access.decorators.js';
import { askerOf } from '../../common/http/asker.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { Principal } from '../sessions/sessions.service.js';

const LONGEST_PASSWORD = 128;

/**
 * What `@FreshSignIn` asks for: a sign-in of at most ten minutes ago, or the current password, given now (ASVS 7.5.1). The guard of
 * access tokens looks, because a guard of its own would cost every request.
 */
@Injectable()
export class FreshSignIns {
  constructor(private readonly passwords: PasswordsService) {}

  /** @throws ReauthenticationRequired */
  async ensure(request: FastifyRequest & { user: Principal }): Promise<true> {
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
