import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const POLL_MS = 5;

/** Tries until `attempt` passes; what it answers then. Fails with its last error. For what happens beside the requests. */
export async function eventually<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}
