import { Injectable } from '@nestjs/common';
import { ReauthenticationRequired } from '../../common/http/http.errors.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { Principal } from '../sessions/sessions.service.js';

const LONGEST_PASSWORD = 128;

/** What a person who wants something that needs a fresh sign-in comes with. */
export interface Reauthentication {
  readonly principal: Pick<Principal, 'fresh' | 'person'>;
  /** As it was sent, before anybody has validated it; undefined when it was not. */
  readonly currentPassword: unknown;
  /** Where it comes from. */
  readonly network: string;
}

/**
 * What `@FreshSignIn` asks for: a sign-in of at most ten minutes ago, or the current password, given now (ASVS 7.5.1). The guard of
 * access tokens looks, because a guard of its own would cost every request.
 */
@Injectable()
export class FreshSignIns {
  constructor(private readonly passwords: PasswordsService) {}

  /** @throws ReauthenticationRequired */
  async ensure({ principal, currentPassword, network }: Reauthentication): Promise<true> {
    const typed = passwordIn(currentPassword);
    // A password that is given is checked, however fresh the sign-in: a wrong one is never let pass for a right one.
    if (typed === undefined) return allow(principal.fresh);
    return allow(await this.passwords.proves(principal.person.id, typed, network));
  }
}

/** The guard comes before validation: what is no password is left for that to refuse. */
function passwordIn(typed: unknown): string | undefined {
  return typeof typed === 'string' && typed.length <= LONGEST_PASSWORD * 2 ? typed : undefined;
}

function allow(proven: boolean): true {
  if (!proven) throw new ReauthenticationRequired();
  return true;
}
