import { Inject, Injectable, Optional } from '@nestjs/common';
import { type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { AuthService } from '../auth/auth.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { FormFlows } from '../page-memory/form-flows.service.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { InboxService } from '../qa/inbox.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';

/** The page on which the code of this browser's own challenge is typed. */
@Injectable()
export class ConfirmPage {
  constructor(
    private readonly auth: AuthService,
    private readonly flows: FormFlows,
    private readonly invites: RememberedInvites,
    private readonly messages: MessagesService,
    // Only where the message inbox is served.
    @Optional() @Inject(InboxService) private readonly inbox?: InboxService,
  ) {}

  async show(visit: Visit): Promise<PageAnswer> {
    const flow = this.flows.of(visit);
    if (!flow) return new PageRedirect(visit.principal ? '/profile' : '/', 'told.askFirst');
    const { purpose, challenge, attemptsLeft, next } = flow;
    const [{ status, resendAt }, now] = await Promise.all([
      this.auth.statusOf(challenge.challengeId),
      // Of the clock that decides when a code may be sent again.
      this.messages.now(),
    ]);
    return new PageView('confirm', {
      purpose,
      next,
      ...challenge,
      isOver: status === 'over' || status === 'used',
      status,
      waitSeconds: secondsUntil(resendAt, now),
      attemptsLeft,
      hasMissed: attemptsLeft !== undefined,
      invite: purpose === 'sign-in' ? this.invites.of(visit)?.inviteCode : undefined,
      message: await this.inbox?.ofChallenge(challenge.challengeId),
    });
  }
}

function secondsUntil(at: Date | null, now: Date): number {
  return at ? Math.max(0, Math.ceil((at.getTime() - now.getTime()) / 1_000)) : 0;
}
