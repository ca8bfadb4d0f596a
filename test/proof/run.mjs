import { setTimeout as pause } from 'node:timers/promises';
import { accountProofs } from './accounts.mjs';
import { attackProofs } from './attack.mjs';
import { budgetProofs } from './budget.mjs';
import { callbackProofs } from './callbacks.mjs';
import { claim, Disproved, within } from './claims.mjs';
import { Cluster } from './cluster.mjs';
import { clockProofs } from './clocks.mjs';
import { courierProofs } from './courier.mjs';
import { crowdProofs } from './crowd.mjs';
import { cutProofs } from './cuts.mjs';
import { deliveryProofs } from './deliveries.mjs';
import { documentProofs } from './documents.mjs';
import { enumerationProofs } from './enumeration.mjs';
import { fuzzProofs } from './fuzz.mjs';
import { guessProofs } from './guesses.mjs';
import { hangingProofs } from './hanging.mjs';
import { hashingProofs } from './hashing.mjs';
import { hungProofs } from './hung.mjs';
import { limitProofs } from './limits.mjs';
import { outageProofs } from './outage.mjs';
import { pooledProofs } from './pooled.mjs';
import { parallelProofs } from './parallel.mjs';
import { killAll } from './processes.mjs';
import { referralChangeProofs } from './referral-changes.mjs';
import { referralProofs } from './referrals.mjs';
import { startingProofs } from './starting.mjs';
import { soakProofs } from './soak.mjs';
import { slowProofs } from './slow.mjs';
import { togetherProofs } from './together.mjs';
import { workerProofs } from './workers.mjs';
import { replicaProofs } from './replicas.mjs';

const LONGEST_SECONDS = { short: 150, full: 600 };
/** So long a proof that loses the database wants before the next full hour. */
const UNDISTURBED_MS = { short: 90_000, full: 300_000 };
const BEHIND_HOUR_MS = 5_000;
const LOG_LINES = 10;
const LOG_COLUMNS = 400;

/** In the order in which they run; proofs that stand side by side and open alike share a stage. */
const PROOFS = [
  ...documentProofs,
  ...startingProofs,
  ...fuzzProofs,
  ...parallelProofs,
  ...accountProofs,
  ...referralProofs,
  ...referralChangeProofs,
  ...guessProofs,
  ...enumerationProofs,
  ...hashingProofs,
  ...limitProofs,
  ...crowdProofs,
  ...attackProofs,
  ...budgetProofs,
  ...courierProofs,
  ...deliveryProofs,
  ...hangingProofs,
  ...callbackProofs,
  ...outageProofs,
  ...cutProofs,
  ...hungProofs,
  ...replicaProofs,
  ...togetherProofs,
  ...clockProofs,
  ...slowProofs,
  ...workerProofs,
  ...pooledProofs,
  ...soakProofs,
];

export const proofNames = () => PROOFS.map(({ name }) => name);

/** One run of proofs against the build, on one PostgreSQL; each proof in its turn. */
export class ProofRun {
  #options;
  #cluster;
  #stage;
  #opener;

  /** @param options `{ short, seed }` */
  constructor(options) {
    this.#options = options;
  }

  /** @param report takes `{ name, ok, facts, seconds }` of each proof; `skipped` instead of `ok` where something is missing for it */
  async each(names, report) {
    for (const proof of PROOFS.filter(({ name }) => names.includes(name))) report(await this.#verdictOn(proof));
  }

  /** Ends everything that was started, and removes its data. */
  async end() {
    await this.#closeStage();
    await this.#cluster?.remove();
    killAll();
  }

  get #form() {
    return this.#options.short ? 'short' : 'full';
  }

  async #verdictOn(proof) {
    if (proof.skipped) return { name: proof.name, skipped: true, facts: proof.skipped, seconds: 0 };
    if (proof.losesDatabase) await awayFromFullHour(UNDISTURBED_MS[this.#form]);
    const began = performance.now();
    const verdict = await this.#judge(proof);
    return { name: proof.name, ...verdict, seconds: (performance.now() - began) / 1_000 };
  }

  async #judge(proof) {
    try {
      const longest = { ...LONGEST_SECONDS, ...proof.longestSeconds };
      const facts = await within(longest[this.#form], () => this.#prove(proof));
      return { ok: true, facts };
    } catch (error) {
      const told = this.#stage ? tellingOf(this.#stage) : [];
      // What is left in disorder is not handed on.
      await this.#closeStage();
      return { ok: false, facts: [error instanceof Disproved ? error.message : error.stack, ...told].join('\n') };
    }
  }

  async #prove(proof) {
    this.#cluster ??= await Cluster.start();
    if (this.#opener !== proof.open) {
      await this.#closeStage();
      this.#stage = await proof.open({ cluster: this.#cluster, ...this.#options });
      this.#opener = proof.open;
    }
    const facts = await proof.prove({ stage: this.#stage, cluster: this.#cluster, ...this.#options });
    claim(this.#stage.losses.length === 0, `${facts}; but a process ended`);
    claim(!this.#stage.log.some(isFault), `${facts}; but faults were logged`);
    return facts;
  }

  async #closeStage() {
    const stage = this.#stage;
    this.#stage = undefined;
    this.#opener = undefined;
    await stage?.close();
  }
}

/** At a full hour of the machine's clock each process does what is due, and logs a fault where the database is away. */
async function awayFromFullHour(undisturbedMs) {
  const leftMs = new Date().setMinutes(60, 0, 0) - Date.now();
  if (leftMs < undisturbedMs) await pause(leftMs + BEHIND_HOUR_MS);
}

/** What helps to find out why: processes that ended, then faults that were logged, or else the newest warnings. */
function tellingOf({ losses, log }) {
  const faults = log.filter(isFault);
  const lines = faults.length > 0 ? faults.slice(0, LOG_LINES) : log.slice(-LOG_LINES);
  return [...losses, ...lines.map((line) => line.slice(0, LOG_COLUMNS))];
}

const isFault = (line) => !line.includes('"level":"warn"');
