let correctionMs = 0;

/** What time it is for the process. The database's clock decides expiries and limits; this one only checks JWTs and labels logs. */
export abstract class Clock {
  abstract now(): Date;
}

/** The clock of the machine, corrected by {@link correctClock}. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date(Date.now() + correctionMs);
  }
}

/** How far the clock of the machine is behind; below zero when it is ahead. */
export const clockCorrection = (): number => correctionMs;

/** Has everything in this process that goes by a clock of its own go by another: tokens that are checked, ids that are made. */
export function correctClock(milliseconds: number): void {
  correctionMs = milliseconds;
}
