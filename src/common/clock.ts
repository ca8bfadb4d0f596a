/** What time it is for the process. The database's clock decides expiries and limits; this one only checks JWTs and labels logs. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
