import { setTimeout as pause } from 'node:timers/promises';
import { Times } from './times.mjs';

const TICK_MS = 5;

/**
 * So many clients, each of which begins anew as soon as it is done: what there is to get.
 * @param work one piece, given {@link Times}; answers false when there is nothing more to do
 * @returns `{ perSecond, done, failed, times }`
 */
export async function closedLoop({ clients, seconds }, work) {
  const counted = new Counted();
  const since = performance.now();
  const end = since + seconds * 1_000;
  let more = true;
  const client = async () => {
    while (more && performance.now() < end) if ((await counted.one(work)) === false) more = false;
  };
  await Promise.all(Array.from({ length: clients }, client));
  return counted.result(performance.now() - since);
}

/** So many pieces begin each second, however long each takes: what people wait when there is no hurry. Answers as {@link closedLoop}. */
export async function openLoop({ perSecond, seconds }, work) {
  const counted = new Counted();
  const underWay = new Set();
  const since = performance.now();
  for (let begun = 0; performance.now() - since < seconds * 1_000; await pause(TICK_MS)) {
    for (; begun < ((performance.now() - since) / 1_000) * perSecond; begun += 1) {
      const piece = counted.one(work).finally(() => underWay.delete(piece));
      underWay.add(piece);
    }
  }
  await Promise.all(underWay);
  return counted.result(performance.now() - since);
}

class Counted {
  #times = new Times();
  #done = 0;
  #failed = {};

  async one(work) {
    try {
      const more = await work(this.#times);
      if (more === false) return false;
      this.#done += 1;
    } catch (error) {
      this.#failed[error.message] = (this.#failed[error.message] ?? 0) + 1;
    }
    return true;
  }

  result(milliseconds) {
    const [done, failed] = [this.#done, this.#failed];
    return { perSecond: (done * 1_000) / milliseconds, done, failed, times: this.#times.quantiles() };
  }
}
