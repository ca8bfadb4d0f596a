import { setTimeout as pause } from 'node:timers/promises';
import {
  claimNoMessageLost,
  claimNothingLeaked,
  claimNothingLost,
  claimOneOfEach,
  claimOnlyUnavailable,
} from './aftermath.mjs';
import { claim, until } from './claims.mjs';
import { openRelayed, SIZE } from './outage.mjs';
import { Random } from './random.mjs';
import { Traffic } from './traffic.mjs';

const BETWEEN_CUTS_MS = [5, 60];
/** ReadyForQuery in a transaction: `Z`, the length, `T`. */
const IN_TRANSACTION = Buffer.from([0x5a, 0, 0, 0, 5, 0x54]);

/** With fewer the proof has seen too little. */
const FEWEST_SIGN_INS = 10;

const half = (chunk) => Math.floor(chunk.length / 2);

/** Where a connection is cut: how many bytes of a chunk still arrive, undefined where it is not such a moment. */
const MOMENTS = {
  'in the middle of a statement': (chunk, toServer) => (toServer ? half(chunk) : undefined),
  'before its answer': (chunk, toServer) => (toServer ? chunk.length : undefined),
  'in the middle of an answer': (chunk, toServer) => (toServer ? undefined : half(chunk)),
  'between statements of a transaction': (chunk, toServer) =>
    !toServer && chunk.includes(IN_TRANSACTION) ? chunk.length : undefined,
  'behind COMMIT': (chunk, toServer) => (toServer && chunk.includes('COMMIT') ? chunk.length : undefined),
};

const FEWEST_CUTS = Object.keys(MOMENTS).length * 4;

/** Cuts connections of the service to PostgreSQL, each time at another of the moments, as soon as one comes by. */
class Scissors {
  cuts = 0;
  #relay;
  #random;
  #running = true;

  constructor(relay, random) {
    this.#relay = relay;
    this.#random = random;
  }

  async run() {
    const moments = Object.values(MOMENTS);
    for (let turn = 0; this.#running; turn += 1) {
      await this.#cutAt(moments[turn % moments.length]);
      await pause(this.#random.between(...BETWEEN_CUTS_MS));
    }
  }

  stop() {
    this.#running = false;
  }

  #cutAt(moment) {
    return new Promise((resolve) => {
      this.#relay.meddler = (chunk, toServer) => {
        const passed = moment(chunk, toServer);
        if (passed === undefined) return undefined;
        this.#relay.meddler = undefined;
        this.cuts += 1;
        resolve();
        return passed;
      };
    });
  }
}

async function cutConnections({ stage, seed, seconds }) {
  const traffic = await Traffic.prepare(stage, { foreseen: [200, 503] });
  const scissors = new Scissors(stage.relay, new Random(seed));
  traffic.begin();
  const cutting = scissors.run();
  await pause(seconds * 1_000);
  const { signIns } = traffic;
  // A slow machine takes longer for as much.
  const enough = () => scissors.cuts >= FEWEST_CUTS && signIns.accepted.length >= FEWEST_SIGN_INS;
  await until(enough, { what: 'enough cuts and sign-ins', seconds: 30 });
  scissors.stop();
  await cutting;
  await traffic.end();
  claimOnlyUnavailable(traffic);
  claim(scissors.cuts >= FEWEST_CUTS, `only ${scissors.cuts} connections were cut`);
  const { accepted, acceptedTwice, asked } = signIns;
  claim(accepted.length >= FEWEST_SIGN_INS, `only ${accepted.length} sign-ins amidst ${traffic.summary}`);
  claim(acceptedTwice === 0, `${acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, accepted);
  await claimOneOfEach(stage);
  await traffic.claimChangesKept();
  const unknown = await claimNoMessageLost(stage, asked);
  await claimNothingLeaked(stage, SIZE);
  return (
    `${scissors.cuts} connections cut (${Object.keys(MOMENTS).join(', ')}) amidst ${traffic.summary}: no other 5xx; ` +
    `${accepted.length} sign-ins still true, no code twice, no message lost or doubled, ${unknown} ended as ambiguous, ` +
    `no connection or transaction left`
  );
}

/** Connections between the service and PostgreSQL break at every moment at which they can. */
export const cutProofs = [
  {
    name: 'connections-cut',
    losesDatabase: true,
    open: openRelayed,
    prove: ({ stage, seed, short }) => cutConnections({ stage, seed, seconds: short ? 5 : 120 }),
  },
];
