import { randomBytes } from 'node:crypto';
import { LIMITS } from '../../dist/src/config/limits.js';
import { claim } from './claims.mjs';
import { Stage } from './stage.mjs';

/** How much of each is sent in a round; time passes between rounds, and sign-ins, codes and tokens grow old. */
const PLANS = {
  short: { rounds: 2, ofEach: 16, raw: 50, unknown: 50, chains: 8, least: 2_000 },
  full: { rounds: 12, ofEach: 27, raw: 200, unknown: 100, chains: 25, least: 20_000 },
};
/** Where less is more. */
const TIGHT = ['LIMIT_CODE_GAP_SECONDS', 'LIMIT_BREAKER_ANSWERED_PERCENT'];

const tokens = { ops: randomBytes(24).toString('base64url'), inbox: randomBytes(24).toString('base64url') };

/** Every limit as wide as it can be: what is behind it is looked at here. */
const limits = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { least, most }]) => [name, String(TIGHT.includes(name) ? least : most)]),
);

async function everyAnswerIsOfTheContract({ stage, short, seed }) {
  const { least, ...plan } = PLANS[short ? 'short' : 'full'];
  // Not before it is its turn: it reads the contract and paints pictures.
  const [{ Fuzzer }, { OPERATIONS }, { writeReport }] = await Promise.all(
    ['fuzzer', 'operations', 'report'].map((name) => import(`./fuzz/${name}.mjs`)),
  );
  const fuzzer = new Fuzzer(stage, { tokens, seed });
  const failures = await fuzzer.run(plan);
  const { tally } = fuzzer;
  await writeReport(tally, seed);
  claim(
    failures.length === 0,
    `${failures.length} answers are wrong, again with --seed ${seed}:\n${failures.join('\n\n')}`,
  );
  claim(tally.sent >= least, `only ${tally.sent} requests were sent`);
  const undone = OPERATIONS.map(({ operationId }) => operationId).filter((name) => !tally.wasDone(name));
  claim(short || undone.length === 0, `never did what they are for: ${undone.join(', ')}`);
  return [
    `${tally.sent} requests to ${OPERATIONS.length} operations and elsewhere, ${tally.kinds} different answers, all in the contract`,
    `${tally.unanswered} broken ones ended with their connection`,
    `503 where it was called for: ${tally.unavailable}`,
    ...(undone.length > 0 ? [`not yet done: ${undone.join(', ')}`] : []),
  ].join('; ');
}

/** Requests made from the contract, right ones and wrong ones, and what is no request at all. */
export const fuzzProofs = [
  {
    name: 'fuzz',
    // Many thousand requests, whatever the machine has to do besides.
    longestSeconds: { full: 1_800 },
    open: ({ cluster }) =>
      Stage.open(cluster, {
        apis: 1,
        workers: 1,
        env: { ...limits, OPS_TOKEN: tokens.ops, QA_INBOX_TOKEN: tokens.inbox },
      }),
    prove: everyAnswerIsOfTheContract,
  },
];
