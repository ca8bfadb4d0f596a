import { setTimeout as pause } from 'node:timers/promises';
import {
  claimNoMessageLost,
  claimNothingLeaked,
  claimNothingLost,
  claimOneOfEach,
  claimOnlyUnavailable,
} from './aftermath.mjs';
import { claim, count, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Stage } from './stage.mjs';
import { Traffic } from './traffic.mjs';

const [APIS, WORKERS, POOL] = [2, 2, 10];
/** Of {@link openRelayed}: how many processes there are, and how many connections each may have. */
export const SIZE = { processes: APIS + WORKERS, pool: POOL };
const CALM_MS = 1_000;
const AWAY_MS = 2_000;
const WHOLE_AGAIN_MS = 5_000;

/** PostgreSQL crashes and goes away under load, and comes back. */
async function lostDatabase({ stage, cluster, faults }) {
  const traffic = await Traffic.prepare(stage, { foreseen: [200, 503] });
  const recoveries = [];
  traffic.begin();
  for (const fault of faults) {
    await pause(CALM_MS);
    await fault(stage, cluster);
    recoveries.push(await claimWholeAgain(stage));
  }
  await pause(CALM_MS);
  await traffic.end();
  return verdict(stage, { traffic, faults, recoveries });
}

/** The server kills its own processes and recovers from its log. */
async function crash(_stage, cluster) {
  await cluster.crash();
  await until(() => cluster.answers(), { what: 'recovery of PostgreSQL', seconds: 30 });
}

/** The server is shut down, stays away, and is started again. */
async function restart(stage, cluster) {
  await cluster.pause();
  await stage.relay.close();
  await pause(AWAY_MS);
  const [ready, live] = [await stage.client.get('/health/ready'), await stage.client.get('/health/live')];
  claim(ready.status === 503 && live.status === 200, `without PostgreSQL: ready ${ready.status}, live ${live.status}`);
  await cluster.resume();
  await stage.relay.open(cluster.port);
}

/** Milliseconds from now until the service says that it is ready and signs somebody in. */
export async function claimWholeAgain(stage) {
  const since = performance.now();
  await until(() => signsIn(stage), { what: 'a whole sign-in', seconds: WHOLE_AGAIN_MS / 1_000 });
  const took = Math.round(performance.now() - since);
  claim(took <= WHOLE_AGAIN_MS, `whole again only after ${took} ms`);
  return took;
}

async function signsIn(stage) {
  if ((await stage.client.get('/health/ready')).status !== 200) return false;
  const [phone, from] = [newPhone(), newNetwork()];
  const asked = await stage.client.requestCode(phone, from);
  if (asked.status !== 202) return false;
  // An attempt that is given up earlier begins anew, and its time is lost.
  const code = await stage.gateway.codeTo(phone, { seconds: WHOLE_AGAIN_MS / 1_000 });
  return code !== undefined && (await stage.client.verify(asked.body.challengeId, code, from)).status === 201;
}

async function verdict(stage, { traffic, faults, recoveries }) {
  claimOnlyUnavailable(traffic);
  claim(count(traffic.all, 503) > 0, 'nobody noticed that PostgreSQL was away: the proof has seen nothing');
  const { accepted, acceptedTwice, asked } = traffic.signIns;
  claim(acceptedTwice === 0, `${acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, accepted);
  await claimOneOfEach(stage);
  await traffic.claimChangesKept();
  const unknown = await claimNoMessageLost(stage, asked);
  await claimNothingLeaked(stage, SIZE);
  const slowest = Math.round(Math.max(...traffic.signIns.answers.map(({ tookMs }) => tookMs)));
  return (
    `${faults.length} times (${faults.map((fault) => fault.name).join(', ')}): ${traffic.summary}, ` +
    `whole again after at most ${Math.max(...recoveries)} ms, slowest answer ${slowest} ms; ` +
    `${accepted.length} sign-ins, none lost, no code twice, no message lost or doubled, ${unknown} ended as ambiguous`
  );
}

/** What a crash loses was committed in its last instants, so that one crash may well miss it. */
const MANY_CRASHES = [crash, crash, crash, restart];

/** Processes of both kinds that reach PostgreSQL through a relay. */
export const openRelayed = ({ cluster }) =>
  Stage.open(cluster, { apis: APIS, workers: WORKERS, relayed: true, env: { DATABASE_POOL: String(POOL) } });

export const outageProofs = [
  {
    name: 'database-lost',
    losesDatabase: true,
    open: openRelayed,
    prove: ({ stage, cluster, short }) =>
      lostDatabase({ stage, cluster, faults: short ? [crash, restart] : Array(3).fill(MANY_CRASHES).flat() }),
  },
];
