import { BoundedQueue } from '../../src/platform/bounded-queue/bounded-queue.js';

/** SQL: an advisory lock is waited for as long as it takes, however busy the machine is; how long it may take is a rule of its own. */
export const PATIENT_LOCKS = `
  CREATE OR REPLACE FUNCTION lock_within(key bigint, patience interval) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN PERFORM pg_advisory_xact_lock(key); RETURN true; END $$`;

/** Nobody is sent away because others are before them, until mocks are restored: all are at work at once. */
export const withoutQueues = () => jest.spyOn(BoundedQueue.prototype, 'run').mockImplementation((work) => work());
