import { EmailFailure } from '../../email/email.errors.js';
import { TAKEN } from '../../sending/transport-breaker.service.js';
import { SmsFailure } from '../../sms/sms.errors.js';
import type { ClaimedMessage, Outcome } from '../outbox.js';

export type Deliver = (message: ClaimedMessage) => Promise<{ readonly providerId: string }>;

/** One attempt to deliver a message. */
export interface Attempt {
  readonly outcome: Outcome;
  /** What it tells of the transport, as its breaker wants to know it; nothing, where the transport had no part in it. */
  readonly told?: string;
  /** Whether the transport was in doubt, and this message its trial. */
  readonly trial: boolean;
}

type End = Omit<Outcome, 'id' | 'attempt'>;

const LONGEST_BACKOFF_SECONDS = 30;
/** By how much of itself a wait is longer at most, so that what failed together is not tried again together. */
const JITTER = 0.25;

/** Never fails: whatever happens is an outcome. */
export async function attempt(message: ClaimedMessage, deliver: Deliver): Promise<Attempt> {
  const { trial } = message;
  const done = (end: End): Outcome => ({ id: message.id, attempt: message.attempts, ...end });
  if (message.expired) return { outcome: done({ state: 'expired' }), trial };
  try {
    const { providerId } = await deliver(message);
    return { outcome: done({ state: 'sent', providerId }), told: TAKEN, trial };
  } catch (error) {
    // An e-mail is refused for what its own address or server is like; its failures say little of the next one.
    const told = error instanceof SmsFailure ? error.kind : undefined;
    return { outcome: done(endOfFailure(message, error)), told, trial };
  }
}

/** Retried, while it is worth something, only when it was certainly not taken. Anything unforeseen may have been sent. */
function endOfFailure({ attempts, secondsLeft }: ClaimedMessage, error: unknown): End {
  if (!(error instanceof SmsFailure || error instanceof EmailFailure))
    return { state: 'ambiguous', failure: 'unforeseen' };
  const { fate, kind: failure } = error;
  if (fate === 'unknown') return { state: 'ambiguous', failure };
  const retrySeconds = waitAfter(attempts, error);
  const again = fate === 'not_taken' && retrySeconds < secondsLeft;
  return again ? { state: 'queued', failure, retrySeconds } : { state: 'failed', failure, refused: fate === 'refused' };
}

function waitAfter(attempts: number, error: SmsFailure | EmailFailure): number {
  const backoff = Math.min(2 ** (attempts - 1), LONGEST_BACKOFF_SECONDS);
  const asked = error instanceof SmsFailure ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.max(backoff, asked) * (1 + Math.random() * JITTER);
}
