import { Injectable } from '@nestjs/common';
import { DomainError } from '../../common/domain-error.js';
import type { Locale } from '../../common/locale.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import type { CountedAttempt } from '../otp/otp-verifier.service.js';
import { type Challenge, type ChallengeStatus, OtpService } from '../otp/otp.service.js';
import { type Profile, ProfilesService } from '../profiles/profiles.service.js';
import { standingOfNewcomer } from '../referrals/invitees.service.js';
import type { InviteVia } from '../referrals/redemptions.service.js';
import type { TokenPair } from '../sessions/refresh-tokens.service.js';
import type { SignInDevice } from './arrivals.service.js';
import { Proofs } from './proofs.service.js';
import { type Invited, type LetIn, overWhenDeleted, SignIn } from './sign-in.js';

/** Why the invite code that came with a sign-in was not activated, with the members of a problem. */
export interface InviteProblem {
  readonly code: string;
  /** For people, in the language of the request. */
  readonly title: string;
  /** The code that was activated before. */
  readonly activatedInviteCode?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

export type SignedIn = TokenPair & {
  readonly isNewUser: boolean;
  readonly user: Profile;
  readonly inviteProblem?: InviteProblem;
};

/** Whoever sends a request. */
export interface SignInAsker extends SignInDevice {
  /** The address cut to its network. */
  readonly network: string;
  readonly locale: Locale;
}

export interface CodeTyped {
  readonly challengeId: string;
  readonly code: string;
  /** The code of somebody else, as it was typed; whether it is right does not touch the sign-in. */
  readonly inviteCode?: string;
  /** How that came; typed when left out. */
  readonly inviteVia?: InviteVia;
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
  async verifyCode(
    { inviteCode, inviteVia: via = 'typed', ...typed }: CodeTyped,
    asker: SignInAsker,
  ): Promise<SignedIn> {
    // An empty one is none.
    const invited = inviteCode ? { inviteCode, via, network: asker.network } : undefined;
    const tried = invited ? {} : await this.signIn.atOnce({ ...typed, network: asker.network }, asker);
    const letIn = tried.letIn ?? (await this.inSteps(typed, asker, { invited, counted: tried.counted }));
    const { tokens, newInviteCode, invite } = letIn;
    return {
      ...tokens,
      isNewUser: newInviteCode !== null,
      user: await this.profileOf(letIn),
      ...(invite instanceof DomainError && { inviteProblem: inviteProblemOf(invite, asker.locale) }),
    };
  }

  private async inSteps(
    typed: Pick<CodeTyped, 'challengeId' | 'code'>,
    asker: SignInAsker,
    { invited, counted }: { invited?: Invited; counted?: CountedAttempt },
  ): Promise<LetIn> {
    const right = await this.proofs.check({ ...typed, ...asker }, ['sign_in', 'registration'], counted);
    return this.signIn.byCode(right, asker, invited);
  }

  /** What is known of somebody who was registered just now is not asked for again. */
  private async profileOf({ person, newInviteCode, invite, standing }: LetIn): Promise<Profile> {
    if (standing) return this.profiles.with(person, standing);
    if (newInviteCode === null) return this.profiles.of(person).catch(overWhenDeleted);
    const activated = invite instanceof DomainError ? undefined : invite?.inviteCode;
    return this.profiles.with(person, standingOfNewcomer(newInviteCode, activated ?? null));
  }
}

function inviteProblemOf({ kind, facts }: DomainError, locale: Locale): InviteProblem {
  const { retryAfterSeconds: retryAfter, extras } = facts;
  return { code: kind.code, title: kind.title[locale], ...extras, ...(retryAfter !== undefined && { retryAfter }) };
}
