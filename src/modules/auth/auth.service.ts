import { Injectable } from '@nestjs/common';
import type { Locale } from '../../common/locale.js';
import { ContactsService, type PhoneInput } from '../otp/contacts.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { type Challenge, type ChallengeStatus, OtpService } from '../otp/otp.service.js';
import { SignIn, type SignedIn } from './sign-in.js';

/** Whoever sends a request. */
export interface SignInAsker {
  readonly address: string;
  /** The address cut to its network. */
  readonly network: string;
  readonly locale: Locale;
  readonly userAgent: string | null;
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
    private readonly verifier: OtpVerifier,
    private readonly signIn: SignIn,
  ) {}

  /** Sends a code. Known and unknown phones get the same answer, and nobody is registered yet. */
  async requestCode(request: PhoneInput, asker: SignInAsker): Promise<Challenge> {
    return this.otp.issue('sign_in', this.contacts.phone(request), asker);
  }

  async resendCode(challengeId: string, asker: SignInAsker): Promise<Challenge> {
    return this.otp.resend(challengeId, asker);
  }

  async statusOf(challengeId: string): Promise<ChallengeStatus> {
    return this.otp.status(challengeId);
  }

  /** Exchanges a right code for a session; registers whoever signs in for the first time. */
  async verifyCode(typed: CodeTyped, asker: SignInAsker): Promise<SignedIn> {
    const right = await this.verifier.check({ ...typed, network: asker.network }, ['sign_in']);
    return this.signIn.byCode(right, asker);
  }
}
