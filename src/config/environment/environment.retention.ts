import type { RetentionConfig } from '../config.js';
import { TracingEnvironment } from './environment.tracing.js';
import { WholeNumber } from './environment.rules.js';

/** The variables that say how long rows are kept. What must still be counted, read or sent is kept by the shortest of them, too. */
export class RetentionEnvironment extends TracingEnvironment {
  /** How many hours challenges are kept, and with them the hash of a password that was chosen and never proven. */
  @WholeNumber(2, 720)
  KEEP_CHALLENGES_HOURS = 24;

  /** How many hours messages keep what their texts are made of; from then on the inbox does not show them. */
  @WholeNumber(1, 720)
  KEEP_MESSAGE_PARAMETERS_HOURS = 24;

  /** How many days messages are kept: to whom, when, and what became of them. */
  @WholeNumber(7, 3_650)
  KEEP_MESSAGES_DAYS = 90;

  /** How many days sessions are kept after they have ended. */
  @WholeNumber(1, 3_650)
  KEEP_SESSIONS_DAYS = 90;

  /** How many days entries of the audit log are kept. */
  @WholeNumber(30, 3_650)
  KEEP_AUDIT_DAYS = 400;

  /** How many hours the counters of limits are kept after they last counted. */
  @WholeNumber(25, 720)
  KEEP_COUNTERS_HOURS = 48;

  /** How many days wrong passwords in a row are remembered after the last one that was counted. */
  @WholeNumber(30, 3_650)
  KEEP_PASSWORD_FAILURES_DAYS = 90;

  /**
   * How many days it is remembered, as a keyed hash, whose a contact was that somebody gave up: so long nobody activates a second
   * code or gets round a block with it.
   */
  @WholeNumber(30, 3_650)
  KEEP_RELEASED_CONTACTS_DAYS = 180;
}

export const retentionConfig = (environment: RetentionEnvironment): RetentionConfig => ({
  challengesHours: environment.KEEP_CHALLENGES_HOURS,
  messageParametersHours: environment.KEEP_MESSAGE_PARAMETERS_HOURS,
  messagesDays: environment.KEEP_MESSAGES_DAYS,
  sessionsDays: environment.KEEP_SESSIONS_DAYS,
  auditDays: environment.KEEP_AUDIT_DAYS,
  countersHours: environment.KEEP_COUNTERS_HOURS,
  passwordFailuresDays: environment.KEEP_PASSWORD_FAILURES_DAYS,
  releasedContactsDays: environment.KEEP_RELEASED_CONTACTS_DAYS,
});
