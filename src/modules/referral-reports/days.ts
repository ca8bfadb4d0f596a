import { RequestInvalid } from '../../common/http/http.errors.js';

/** Days (UTC) as `YYYY-MM-DD`, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

/** SQL: the day it is. */
export const TODAY = `(clock_now() AT TIME ZONE 'UTC')::date`;

/** SQL: a `date` or a `timestamp` at which a day begins, as a moment. Of a `date` alone PostgreSQL would take the session's time zone. */
export const beginningOf = (day: string): string => `(${day})::timestamp AT TIME ZONE 'UTC'`;

/** Whether a text is a day of the calendar, of a year that PostgreSQL and JavaScript both know. */
export function isDay(text: string): boolean {
  const at = /^[12]\d{3}-\d{2}-\d{2}$/.test(text) ? new Date(text) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** @throws RequestInvalid when the last day is before the first, or they are more than so many */
export function ensureInOrder({ from, to }: Days, most = Infinity): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1) throw refusal('daysInOrder', 'Begin on the day of the end, which is today unless named, or before it.');
  if (days > most) throw refusal('daysAtMost', `Ask for at most ${most} days at once.`);
}

const refusal = (rule: string, message: string) => new RequestInvalid({ errors: [{ field: 'from', rule, message }] });
