import { Injectable } from '@nestjs/common';
import { HealthRegistry } from '../../platform/observability/health.registry.js';
import { type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { OtpWatch } from '../otp-guard/otp-watch.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { type BudgetStanding, SmsBudget } from '../sms-budget/sms-budget.service.js';
import { SendingDesk } from '../sending-desk/sending-desk.service.js';
import type { SendingState } from '../sending/sending.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { knownAs, UsersService } from '../users/users.service.js';

export interface TurnTyped {
  readonly turn: 'on' | 'off';
  readonly reason?: string;
}

/** The page on which administrators see whether SMS go out and what they may cost, and stop them. */
@Injectable()
export class SendingPage {
  constructor(
    private readonly desk: SendingDesk,
    private readonly budget: SmsBudget,
    private readonly watch: OtpWatch,
    private readonly users: UsersService,
    private readonly health: HealthRegistry,
  ) {}

  async show(): Promise<PageAnswer> {
    const [state, standing, blocks] = await Promise.all([
      this.desk.state(),
      this.budget.standing(),
      this.watch.standings(),
    ]);
    return new PageView('sending', {
      ...state,
      changedBy: await this.whoTurned(state),
      budget: partsOf(standing),
      ...blocks,
      account: this.health.noted('sms'),
    });
  }

  async turn({ turn, reason }: TurnTyped, visit: SignedInVisit): Promise<PageAnswer> {
    const { actorId, address } = viewerOf(visit);
    await this.desk.turn({ enabled: turn === 'on', reason }, { actorId, address });
    return new PageRedirect('/admin/sending', turn === 'on' ? 'told.sendingOn' : 'told.sendingOff');
  }

  /** Nobody where that was done on the machine, or whoever did it was deleted. */
  private async whoTurned({ changedBy: id }: SendingState): Promise<{ id: string; name: string } | undefined> {
    if (id === null) return undefined;
    try {
      return { id, name: knownAs(await this.users.get(id)) ?? id };
    } catch (error) {
      if (error instanceof UserNotFound) return undefined;
      throw error;
    }
  }
}

/** What there is in this hour is what was taken of it and what is left. */
function partsOf({ spentThisHour, left, reserveLeft, ...today }: BudgetStanding) {
  return { ...today, spentThisHour, left, reserveLeft, hourly: spentThisHour + left + reserveLeft };
}
