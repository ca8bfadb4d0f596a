import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/** A proof has found what must not be; its message is what the person who runs it reads. */
export class Disproved extends Error {
  name = 'Disproved';
}

export function claim(holds, otherwise) {
  if (!holds) throw new Disproved(otherwise);
}

/** How often each status was answered, e.g. `1×201 99×410`. */
export function tally(answers) {
  const counts = new Map();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => parseInt(a) - parseInt(b));
  return sorted.map(([status, count]) => `${count}×${status}`).join(' ') || 'nothing';
}

/** The same with what each said it was, e.g. `3×409 users.username_taken`: for answers that nobody foresaw. */
export function tallyOfKinds(answers) {
  const kinds = answers.map(({ status, code }) => ({ status: code ? `${status} ${code}` : status }));
  return tally(kinds);
}

export const count = (answers, ...statuses) => answers.filter(({ status }) => statuses.includes(status)).length;

export const several = (times, make) => Array.from({ length: times }, (_, index) => make(index));

/** Runs `work` `times` times, all at once. */
export const atOnce = (times, work) => Promise.all(Array.from({ length: times }, (_, index) => work(index)));

/** Runs `work` for 0, 1, … below `times`, some at a time; what they gave, in this order. */
export async function inTurns(times, work, { lanes = 8 } = {}) {
  const results = [];
  let next = 0;
  await atOnce(Math.min(lanes, times), async () => {
    while (next < times) {
      const index = next++;
      results[index] = await work(index);
    }
  });
  return results;
}

/** Asks until the answer is one that counts, and gives it. */
export async function until(ask, { what, seconds = 10 }) {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Disproved(`${what} did not come within ${seconds} s`);
    await pause(POLL_MS);
  }
}

/** The result of `work`, or a failure when it takes too long; what still runs then is stopped by its caller. */
export async function within(seconds, work) {
  const timer = new AbortController();
  const late = pause(seconds * 1_000, undefined, { signal: timer.signal }).then(() => {
    throw new Disproved(`not finished within ${seconds} s`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
