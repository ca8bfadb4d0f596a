import { Injectable } from '@nestjs/common';
import { Arrivals } from '../auth/arrivals.service.js';
import type { CodeTyped, SignInAsker } from '../auth/auth.service.js';
import { Proofs } from '../auth/proofs.service.js';
import type { RightCode } from '../otp/otp-verifier.service.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { PasswordPolicy } from '../passwords/policy/password-policy.service.js';
import type { Person } from '../users/users.service.js';
import { PasswordReplacement } from './password-replacement.js';

export type NewPasswordByCode = CodeTyped & { readonly newPassword: string };

/** A new password for whoever proves a contact. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly proofs: Proofs,
    private readonly arrivals: Arrivals,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly replacement: PasswordReplacement,
  ) {}

  /**
   * Gives the owner of the contact another password; registers one if there is none. Every session and every outstanding code of theirs
   * ends. A password that is refused leaves the code as it was.
   * @throws CodeWrong, ChallengeOver, TooManyWrongCodes, Blocked, HashingBusy, and what the policy refuses
   */
  async reset({ newPassword, ...typed }: NewPasswordByCode, asker: SignInAsker): Promise<void> {
    const { address, locale } = asker;
    const code = await this.proofs.check({ ...typed, ...asker }, ['password_reset']);
    const arrival = { by: 'code', contact: code.contact, address } as const;
    const known = await this.proofs.ownerOf(code);
    if (known?.status === 'blocked') await this.arrivals.turnAway(known, { ...arrival, isNewUser: false });
    const hash = await this.hashed(newPassword, code, known);
    const { person, isNew } = await this.proofs.asOwner(code, known, (owner) =>
      this.replacement.replace(owner, hash, { action: 'passwords.reset', address, locale }),
    );
    if (isNew) await this.arrivals.welcome(person, { ...arrival, isNewUser: true });
  }

  private async hashed(newPassword: string, code: RightCode, known: Person | undefined): Promise<string> {
    try {
      const names = [known?.firstName, known?.lastName, known?.username].filter((name) => name !== undefined);
      await this.policy.check(newPassword, { field: 'newPassword', contacts: [code.contact], names });
      return await this.hasher.hash(newPassword);
    } catch (error) {
      await this.proofs.forgive(code);
      throw error;
    }
  }
}
