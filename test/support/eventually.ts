import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const POLL_MS = 5;

/** Tries until `attempt` passes, and answers what it answered; fails with its last error. For what happens beside the requests. */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  deadline = performance.now() + PATIENCE_MS,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (performance.now() > deadline) throw error;
  }
  await pause(POLL_MS);
  return eventually(attempt, deadline);
}
