import { Injectable } from '@nestjs/common';
import { ownPath, type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { AuthService, type InviteProblem } from '../auth/auth.service.js';
import { ContactChanges } from '../contacts/contact-changes.service.js';
import { PasswordReset } from '../credentials/password-reset.service.js';
import { CodeWrong } from '../otp/otp.errors.js';
import { type FormFlow, FormFlows } from '../page-memory/form-flows.service.js';
import { PageVisits, type Visit } from '../page-access/page-visits.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';

export interface CodeTyped {
  readonly code: string;
  /** Where the code is for a new password. */
  readonly newPassword?: string;
}

/** What a code does that was typed on the page of this browser's own challenge. */
@Injectable()
export class ConfirmForm {
  constructor(
    private readonly auth: AuthService,
    private readonly passwordReset: PasswordReset,
    private readonly contacts: ContactChanges,
    private readonly flows: FormFlows,
    private readonly visits: PageVisits,
    private readonly invites: RememberedInvites,
  ) {}

  /** After a wrong code it leads back, and how many attempts are left is remembered. @throws what else the code is refused with */
  async confirm(typed: CodeTyped, visit: Visit): Promise<PageAnswer> {
    const flow = this.flows.of(visit);
    if (!flow) return new PageRedirect('/', 'told.askFirst');
    try {
      const done = await this.does(flow, typed, visit);
      this.flows.end(visit);
      return done;
    } catch (error) {
      if (!(error instanceof CodeWrong)) throw error;
      this.flows.begin(visit, { ...flow, attemptsLeft: Number(error.facts.extras?.attemptsLeft) });
      // Not shown as the answer: a page that is loaded again would send the code again, which costs an attempt.
      return new PageRedirect('/confirm', 'told.bad.codeWrong');
    }
  }

  /** @throws ChallengeOver, ResendTooSoon, TooManyMessages, SmsUnavailable */
  async resend(visit: Visit): Promise<PageAnswer> {
    const flow = this.flows.of(visit);
    if (!flow) return new PageRedirect('/', 'told.askFirst');
    const challenge = await this.auth.resendCode(flow.challenge.challengeId, visit.asker);
    this.flows.begin(visit, { ...flow, challenge });
    return new PageRedirect('/confirm', 'told.codeSent');
  }

  private does({ purpose, challenge, next }: FormFlow, typed: CodeTyped, visit: Visit): Promise<PageAnswer> {
    const proof = { challengeId: challenge.challengeId, code: typed.code };
    const does = {
      'sign-in': () => this.signIn(proof, visit, next),
      reset: () => this.reset({ ...proof, newPassword: typed.newPassword ?? '' }, visit, next),
      contact: () => this.changeContact(proof, visit),
    };
    return does[purpose]();
  }

  private async signIn(
    proof: { challengeId: string; code: string },
    visit: Visit,
    next: string | undefined,
  ): Promise<PageAnswer> {
    const invite = this.invites.of(visit);
    const invited = invite && { inviteCode: invite.inviteCode, inviteVia: invite.via };
    const { isNewUser, inviteProblem, ...tokens } = await this.auth.verifyCode({ ...proof, ...invited }, visit.asker);
    await this.visits.signIn(visit, tokens);
    this.invites.forget(visit);
    return new PageRedirect(ownPath(next, '/profile'), toldOf(isNewUser, inviteProblem));
  }

  private async reset(
    proof: { challengeId: string; code: string; newPassword: string },
    visit: Visit,
    next: string | undefined,
  ): Promise<PageAnswer> {
    await this.passwordReset.reset(proof, visit.asker);
    const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`;
    return new PageRedirect(`/password${query}`, 'told.passwordReset');
  }

  private async changeContact(proof: { challengeId: string; code: string }, visit: Visit) {
    const { principal } = visit;
    if (!principal) return new PageRedirect('/?next=/profile', 'told.signInFirst');
    const { person, sessionId } = principal;
    await this.contacts.confirm(proof, { ...visit.asker, person, sessionId });
    return new PageRedirect('/profile', 'told.contactChanged');
  }
}

/** A code that was not activated is told by its reason, `told.invite.own_code`. */
function toldOf(isNewUser: boolean, problem: InviteProblem | undefined): string {
  if (problem) return `told.invite.${problem.code.slice(problem.code.indexOf('.') + 1)}`;
  return isNewUser ? 'told.welcome' : 'told.signedIn';
}
