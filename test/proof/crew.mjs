import { setTimeout as pause } from 'node:timers/promises';

/** What a worker had just sent to PostgreSQL is carried out also when it dies. */
const LAST_STATEMENT_MS = 150;
/** Most messages have their answers then. */
const AT_ONCE_MS = 30;
const POLL_MS = 5;

/** Workers of which some die by SIGKILL at random moments; each is followed by another. */
export class Crew {
  kills = 0;
  /** Ids of the messages that were being sent when a worker died: by it, or by another. */
  orphans = new Set();
  #stage;
  #workers = [];

  constructor(stage) {
    this.#stage = stage;
  }

  hire(number) {
    for (let n = 0; n < number; n += 1) this.#workers.push(this.#stage.startWorker());
  }

  /**
   * One dies, or sometimes all at once, within `soonMs` after some messages have arrived or none did for a while, and not while more than
   * `most` wait for their answers: their ends tell the most.
   */
  async lose(random, { arrivals, patienceMs, soonMs, most }) {
    await Promise.race([this.#arrivals(random.between(1, arrivals)), pause(patienceMs)]);
    await pause(random.between(0, random.next() < 0.5 ? AT_ONCE_MS : soonMs));
    while (this.#stage.gateway.open > most) await pause(POLL_MS);
    const dying = random.next() < 0.25 ? [...this.#workers] : [this.#workers[0]];
    await this.#bury(dying);
    this.#workers.splice(0, dying.length);
    this.hire(dying.length);
  }

  async #bury(workers) {
    await Promise.all(workers.map((worker) => worker.kill()));
    this.kills += workers.length;
    await pause(LAST_STATEMENT_MS);
    for (const { id } of await this.#stage.sql(`SELECT id FROM messages WHERE state = 'sending'`)) this.orphans.add(id);
  }

  #arrivals(number) {
    const { gateway } = this.#stage;
    return new Promise((resolve) => {
      let left = number;
      const arrived = () => {
        left -= 1;
        if (left > 0) return;
        gateway.off('arrival', arrived);
        resolve();
      };
      gateway.on('arrival', arrived);
    });
  }
}
