import { Injectable } from '@nestjs/common';
import type { Locale } from '../../common/locale.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { type Challenge, type ChallengeStatus, OtpService } from '../otp/otp.service.js';
import { type Profile, ProfilesService } from '../profiles/profiles.service.js';
import type { TokenPair } from '../sessions/refresh-tokens.service.js';
import type { SignInDevice } from './arrivals.service.js';
import { Proofs } from './proofs.service.js';
import { SignIn } from './sign-in.js';

export type SignedIn = TokenPair & { readonly isNewUser: boolean; readonly user: Profile };

/** Whoever sends a request. */
export interface SignInAsker extends SignInDevice {
  /** The address cut to its network. */
  readonly network: string;
  readonly locale: Locale;
}

export interface CodeTyped {
  readonly challengeId: string;
  readonly code: string;
}

/** Signing in by a one-time code. */
@Injectable()
export class AuthService {
  constructor(
    private readonly contacts: ContactsService,
    private readonly otp: OtpService,
    private readonly proofs: Proofs,
    private readonly signIn: SignIn,
    private readonly profiles: ProfilesService,
  ) {}

  /** Sends a code. Known and unknown contacts get the same answer, and nobody is registered yet. */
  async requestCode(
    request: ContactInput,
    asker: SignInAsker,
    purpose: 'sign_in' | 'password_reset' = 'sign_in',
  ): Promise<Challenge> {
    return this.otp.issue(purpose, { contact: this.contacts.of(request), asker });
  }

  async resendCode(challengeId: string, asker: SignInAsker): Promise<Challenge> {
    return this.otp.resend(challengeId, asker);
  }

  async statusOf(challengeId: string): Promise<ChallengeStatus> {
    return this.otp.status(challengeId);
  }

  /** Exchanges a right code for a session; registers whoever signs in for the first time. */
  async verifyCode(typed: CodeTyped, asker: SignInAsker): Promise<SignedIn> {
    const right = await this.proofs.check({ ...typed, ...asker }, ['sign_in', 'registration']);
    const { tokens, person, isNewUser, inviteCode } = await this.signIn.byCode(right, asker);
    return { ...tokens, isNewUser, user: await this.profiles.of(person, inviteCode) };
  }
}
