import { setTimeout as pause } from 'node:timers/promises';
import {
  claimNoMessageLost,
  claimNothingLeaked,
  claimNothingLost,
  claimOneOfEach,
  claimOnlyUnavailable,
} from './aftermath.mjs';
import { claim, count } from './claims.mjs';
import { claimWholeAgain, openRelayed, SIZE } from './outage.mjs';
import { Traffic } from './traffic.mjs';

const CALM_MS = 1_000;
/** Longer than a process waits for an answer to a statement, and then for a connection. */
const HUNG_MS = 21_000;
/** Waiting for a connection, which is refused after 3 s, then for an answer, 17 s; and the machine may be busy. */
const ANSWERED_MS = 24_000;

/** PostgreSQL stops where it is, with its connections open and its port taking others, and goes on later. */
async function hungDatabase({ stage, cluster, times }) {
  const traffic = await Traffic.prepare(stage, { foreseen: [200, 503] });
  const recoveries = [];
  traffic.begin();
  for (let turn = 0; turn < times; turn += 1) {
    await pause(CALM_MS);
    recoveries.push(await hang(stage, cluster));
  }
  await pause(CALM_MS);
  await traffic.end();
  claimOnlyUnavailable(traffic);
  const slowest = Math.round(Math.max(...traffic.all.map(({ tookMs }) => tookMs)));
  claim(slowest < ANSWERED_MS, `an answer took ${slowest} ms`);
  claim(traffic.signIns.acceptedTwice === 0, `${traffic.signIns.acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, traffic.signIns.accepted);
  await claimOneOfEach(stage);
  await traffic.claimChangesKept();
  const unknown = await claimNoMessageLost(stage, traffic.signIns.asked);
  await claimNothingLeaked(stage, SIZE);
  return (
    `${times} times: ${traffic.summary}, slowest answer ${slowest} ms, whole again after at most ${Math.max(...recoveries)} ms; ` +
    `${traffic.signIns.accepted.length} sign-ins still true, no code twice, no message lost or doubled, ${unknown} ended as ambiguous, ` +
    'no connection or transaction left'
  );
}

async function hang(stage, cluster) {
  await cluster.freeze();
  try {
    await pause(HUNG_MS);
    const answers = await stage.client.getFromEach('/health/live');
    claim(count(answers, 200) === answers.length, 'a process is not alive because PostgreSQL hangs');
    const ready = await stage.client.getFromEach('/health/ready');
    claim(count(ready, 503) === ready.length, 'a process says that it is ready while PostgreSQL hangs');
  } finally {
    cluster.thaw();
  }
  return claimWholeAgain(stage);
}

export const hungProofs = [
  {
    name: 'database-hangs',
    losesDatabase: true,
    open: openRelayed,
    prove: ({ stage, cluster, short }) => hungDatabase({ stage, cluster, times: short ? 1 : 5 }),
  },
];
