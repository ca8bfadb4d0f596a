import fc from 'fast-check';
import { inTurns } from '../claims.mjs';
import { Random } from '../random.mjs';
import { Absences } from './absences.mjs';
import { unknownAddress } from './addresses.mjs';
import { casesOf, chains } from './cases.mjs';
import { Cast } from './cast.mjs';
import { Finds } from './finds.mjs';
import { OPERATIONS } from './operations.mjs';
import { Player } from './player.mjs';
import { rawBytes } from './raw.mjs';
import { SendingSwitch } from './switch.mjs';
import { Tally } from './tally.mjs';
import { Wire } from './wire.mjs';

/** For so long a smaller failure is looked for than the first that was found. */
const SHRINKING_MS = 15_000;
/** Longer than the wait before a code may be sent again for the first time. */
const ROUND_SECONDS = 61;
const LANES = 8;

/** Sends requests made from a seed, round after round, and gathers what was answered wrongly. */
export class Fuzzer {
  tally = new Tally();
  #cast;
  #player;
  #wire;
  #stage;
  #absences = new Absences();
  #random;
  #failures = new Map();

  constructor(stage, { tokens, seed }) {
    const finds = new Finds();
    this.#stage = stage;
    this.#random = new Random(seed);
    this.#cast = new Cast(stage, { finds, tokens });
    this.#wire = new Wire(stage.apis[0].port);
    this.#player = new Player({
      wire: this.#wire,
      cast: this.#cast,
      finds,
      tally: this.tally,
      sending: new SendingSwitch(this.#cast),
      absences: this.#absences,
      callback: () => stage.gateway.received.at(-1)?.callbackUrl?.split('/').at(-1),
    });
  }

  /** @returns what was answered wrongly, in words */
  async run({ rounds, ofEach, raw, unknown, chains: chainsOfRound }) {
    await this.#cast.gather();
    for (let round = 0; round < rounds; round += 1) {
      const checks = [
        ...OPERATIONS.map((operation, nth) => this.#operation(operation, { times: ofEach, lane: nth % LANES })),
        this.#check('bytes', { cases: rawBytes, times: raw, play: (bytes) => this.#player.tell(bytes) }),
        this.#check('an address', {
          cases: unknownAddress,
          times: unknown,
          play: (asked) => this.#player.knock(asked),
        }),
        this.#check('a chain', { cases: chains, times: chainsOfRound, play: (steps) => this.#playChain(steps) }),
      ];
      await inTurns(checks.length, (nth) => checks[nth](), { lanes: LANES });
      await this.#cast.passTime(ROUND_SECONDS);
    }
    this.#wire.close();
    const absences = this.#absences.unexplained(this.#stage.log);
    return [...this.#failures.values(), ...absences.map((id) => `503 service.unavailable was answered to ${id}`)];
  }

  /** Neighbours, which are played at the same time, share no people: one would end the sign-in of the other. */
  #operation(operation, { times, lane }) {
    const { operationId } = operation;
    return this.#check(operationId, {
      cases: casesOf(operation),
      times,
      play: (each) => this.#player.play(each, lane),
    });
  }

  async #playChain(steps) {
    for (const { who, ...step } of steps) await this.#player.play(step, `chain ${who}`);
  }

  /** A check that is still to be run; its seed is drawn now, so that the order in which they run changes nothing. */
  #check(name, { cases, times, play }) {
    const seed = this.#random.between(0, 2 ** 31 - 1);
    return async () => {
      const property = fc.asyncProperty(cases, shrinkingBriefly(play));
      const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: times });
      if (!failed || counterexample === null) return;
      const message = errorInstance?.message ?? String(errorInstance);
      const [first] = message.split('\n');
      this.#failures.set(`${name} ${first}`, `${name}: ${message}\n${inWords(counterexample[0])}`);
    };
  }
}

/** What fails stands as it is once time is over: everything smaller is let pass, unplayed. */
function shrinkingBriefly(play) {
  let until = Infinity;
  return async (each) => {
    if (performance.now() > until) return;
    try {
      await play(each);
    } catch (error) {
      until = Math.min(until, performance.now() + SHRINKING_MS);
      throw error;
    }
  };
}

/** The smallest case that was found, in words. */
function inWords(found) {
  if (Array.isArray(found)) return `in a chain of ${found.map(({ operation }) => operation.operationId).join(', ')}`;
  if (found.changes) return `changed: ${found.changes.join('; ') || 'nothing'}`;
  return `sent: ${found.what ?? `${found.method} ${found.path}`}`;
}
