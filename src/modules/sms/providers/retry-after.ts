import type { SmsAeroReply } from './sms-aero.client.js';

const LONGEST_SECONDS = 3_600;

/**
 * `Retry-After` (RFC 9110 §10.2.3) as whole seconds from 1 to 3600; undefined when there is none that can be understood. A
 * moment counts from the `Date` of the same answer, so that the clocks need not agree.
 */
export function retryAfterSecondsOf(headers: SmsAeroReply['headers']): number | undefined {
  const written = headers['retry-after'];
  if (typeof written !== 'string') return undefined;
  const seconds = /^\d{1,10}$/.test(written.trim()) ? Number(written) : secondsUntil(written, headers.date);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 1), LONGEST_SECONDS);
}

function secondsUntil(moment: string, now: SmsAeroReply['headers'][string]): number {
  // `Date.parse` takes "-5" for a month.
  if (!/^[A-Z][a-z]{2}, /.test(moment)) return NaN;
  return (Date.parse(moment) - Date.parse(String(now))) / 1_000;
}
