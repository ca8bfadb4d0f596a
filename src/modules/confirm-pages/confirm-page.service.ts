import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { AuthService } from '../auth/auth.service.js';
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
    private readonly clock: Clock,
    // Only where the message inbox is served.
    @Optional() @Inject(InboxService) private readonly inbox?: InboxService,
  ) {}

  async show(visit: Visit): Promise<PageAnswer> {
    const flow = this.flows.of(visit);
    if (!flow) return new PageRedirect(visit.principal ? '/profile' : '/', 'told.askFirst');
    const { purpose, challenge, attemptsLeft } = flow;
    const { status, resendAt, expiresAt } = await this.auth.statusOf(challenge.challengeId);
    return new PageView('confirm', {
      purpose,
      ...challenge,
      isOver: status === 'over' || status === 'used',
      status,
      waitSeconds: this.secondsUntil(resendAt),
      lifeSeconds: this.secondsUntil(expiresAt),
      attemptsLeft,
      hasMissed: attemptsLeft !== undefined,
      invite: purpose === 'sign-in' ? this.invites.of(visit)?.inviteCode : undefined,
      message: await this.inbox?.ofChallenge(challenge.challengeId),
    });
  }

  private secondsUntil(at: Date | null): number {
    return at ? Math.max(0, Math.ceil((at.getTime() - this.clock.now().getTime()) / 1_000)) : 0;
  }
}
