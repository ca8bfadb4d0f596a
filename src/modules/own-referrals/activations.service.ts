import { Injectable } from '@nestjs/common';
import { DomainError, orRefusal } from '../../common/domain-error.js';
import { BoundedQueue } from '../../platform/bounded-queue/bounded-queue.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { QueueNumbers } from '../../platform/observability/scrapes/queue-numbers.js';
import {
  type Activation,
  becameOf,
  type InviteCounter,
  inviteCodes,
  type Invitation,
  Redemptions,
  type Redeeming,
} from '../referrals/redemptions.service.js';
import { ActivationBusy } from '../referrals/referrals.errors.js';
import { type Person, UsersService } from '../users/users.service.js';

const LIMITS = { longestWaitMs: 2_000, typicalMs: 10 };

/** Activating the code of somebody else after one has signed in. */
@Injectable()
export class Activations {
  private readonly invites: InviteCounter;
  private readonly queue: BoundedQueue;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly redemptions: Redemptions,
    numbers: QueueNumbers,
    metrics: Metrics,
  ) {
    this.invites = inviteCodes(metrics);
    // Whatever else needs a transaction must find a connection while they wait for one another.
    const parallelism = Math.max(1, Math.floor(database.mostTransactions / 2));
    this.queue = new BoundedQueue({ ...LIMITS, parallelism }, () => new ActivationBusy());
    numbers.watch('activations', this.queue);
  }

  /**
   * Activates a code as it was typed. The same again changes nothing.
   * @throws CodeUnknown, TooManyUnknownCodes, OwnCode, AlreadyActivated, ActivatedBefore, CodeRetired, InviteCycle, ActivationBusy,
   * NotForTestAccounts, UserNotFound
   */
  async activate(person: Pick<Person, 'id'>, typed: string, how: Redeeming): Promise<Activation> {
    const became = await orRefusal(this.tryTo(person, typed, how));
    this.invites.inc(becameOf('account', became));
    if (became instanceof DomainError) throw became;
    return became;
  }

  private async tryTo({ id }: Pick<Person, 'id'>, typed: string, how: Redeeming): Promise<Activation> {
    const invitation = await this.redemptions.find(typed, { network: how.network, personId: id });
    const redeem = () => this.redeem(id, invitation, how);
    // What is settled for ever waits for nobody.
    return invitation.hasActivated || invitation.closesCircle ? redeem() : this.queue.run(redeem);
  }

  private async redeem(id: string, invitation: Invitation, how: Redeeming): Promise<Activation> {
    return this.database.transaction(async () => {
      // Whoever deletes the account at the same moment comes before or after, never in the middle.
      const person = await this.users.lock(id);
      return this.redemptions.redeem(person, invitation, how);
    });
  }
}
