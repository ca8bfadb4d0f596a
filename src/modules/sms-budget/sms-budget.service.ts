import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { Hourly } from '../../platform/schedule/periodic.js';
import { MessagesUnsent, type UnsentMessage } from '../courier/courier.events.js';

const TAKE = statement<{ retry_after: number | null; taken_at: Date }>(
  'sms_budget.take',
  'SELECT sms_budget_take($1, $2, $3, true) AS retry_after, clock_now() AS taken_at',
);

const OPEN_HOUR = statement(
  'sms_budget.open_hour',
  `SELECT sms_budget_open(date_trunc('hour', clock_now(), 'UTC')) FROM set_config('synchronous_commit', 'off', true)`,
);

/** SQL: gives one SMS back to the hour in which it was taken. */
export const refundingSms = (takenAt: string): string => `sms_budget_refund(${takenAt})`;

const GIVE_BACK = statement('sms_budget.give_back', `SELECT ${refundingSms('$1::timestamptz')}`);

const REFUND = statement(
  'sms_budget.refund',
  `SELECT ${refundingSms(`queued_at - interval '1 second'`)} FROM unnest($1::timestamptz[]) AS queued_at`,
);

const STANDING = statement<BudgetRow>(
  'sms_budget.standing',
  `SELECT coalesce(sum(spent) FILTER (WHERE this_hour), 0)::int AS "general",
     coalesce(sum(reserve_spent) FILTER (WHERE this_hour), 0)::int AS "reserve",
     coalesce(sum(spent) FILTER (WHERE NOT this_hour), 0)::int AS "generalBefore",
     coalesce(sum(reserve_spent) FILTER (WHERE NOT this_hour), 0)::int AS "reserveBefore"
   FROM (
     SELECT spent, reserve_spent, hour = date_trunc('hour', clock_now(), 'UTC') AS this_hour
     FROM sms_budget WHERE hour >= date_trunc('day', clock_now(), 'UTC')) AS today`,
);

const NOTHING_SPENT = { general: 0, reserve: 0, generalBefore: 0, reserveBefore: 0 };

/** What was spent in this hour and before it, of what anybody may take and of what is kept for known people. */
type BudgetRow = Readonly<Record<keyof typeof NOTHING_SPENT, number>>;

export interface BudgetStanding {
  /** SMS taken from the budget since midnight UTC. */
  readonly spentToday: number;
  readonly daily: number;
  /** SMS taken in this hour. */
  readonly spentThisHour: number;
  /** What anybody may still take in this hour. */
  readonly left: number;
  /** What is kept for people already known. */
  readonly reserveLeft: number;
}

/** How many SMS may be sent, whatever for: the most that a day can cost. Codes take theirs in the statement of their limits. */
@Injectable()
export class SmsBudget implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly limits: LimitsConfig,
  ) {}

  onModuleInit(): void {
    this.events.on(MessagesUnsent, ({ messages }) => this.refundUnsent(messages));
  }

  /** Begins an hour before anybody takes of it: a transaction that did would have everybody wait until it ends. */
  @Hourly('sms-budget')
  async openHour(): Promise<void> {
    await this.database.run(OPEN_HOUR, []);
  }

  /** Takes one SMS to a person we know, with the caller's transaction. Answers when; undefined when there is none. */
  async take(): Promise<Date | undefined> {
    const { daily, hourParts, reservePercent } = this.limits.smsBudget;
    const row = await this.database.first(TAKE, [daily, hourParts, reservePercent]);
    return row?.retry_after === null ? row.taken_at : undefined;
  }

  /** Gives back what was taken at a moment by the caller's transaction. */
  async giveBack(takenAt: Date): Promise<void> {
    await this.database.run(GIVE_BACK, [takenAt]);
  }

  async standing(): Promise<BudgetStanding> {
    const { daily, hourParts, reservePercent } = this.limits.smsBudget;
    const spent = (await this.database.first(STANDING, [])) ?? NOTHING_SPENT;
    const before = spent.generalBefore + spent.reserveBefore;
    const kept = (of: number) => Math.floor((of * reservePercent) / 100);
    const slice = Math.max(0, Math.min(Math.floor((daily * hourParts) / 24), daily - before));
    const general = Math.max(0, Math.min(slice - kept(slice), daily - kept(daily) - spent.generalBefore));
    return {
      spentToday: before + spent.general + spent.reserve,
      daily,
      spentThisHour: spent.general + spent.reserve,
      left: Math.max(0, general - spent.general),
      reserveLeft: Math.max(0, slice - general - spent.reserve),
    };
  }

  /** A message was charged up to a second before it was queued. Where that may be the hour before, it goes back to that: rather less than too much. */
  private async refundUnsent(messages: readonly UnsentMessage[]): Promise<void> {
    const charged = messages.filter(({ channel }) => channel === 'sms');
    if (charged.length > 0) await this.database.run(REFUND, [charged.map(({ queuedAt }) => queuedAt)]);
  }
}
