import { setTimeout as pause } from 'node:timers/promises';
import { claimNothingLost, claimOneOfEach } from './aftermath.mjs';
import { claim, count, tally, until } from './claims.mjs';
import { SignInLoad } from './load.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Stage } from './stage.mjs';

const PEOPLE = 8;
const CALM_MS = 1_000;
const AWAY_MS = 2_000;
const WHOLE_AGAIN_MS = 5_000;

/** PostgreSQL crashes and goes away under load, and comes back. */
async function lostDatabase({ stage, cluster, faults }) {
  const load = new SignInLoad(stage);
  const recoveries = [];
  const running = load.run(PEOPLE);
  try {
    for (const fault of faults) {
      await pause(CALM_MS);
      await fault(stage, cluster);
      recoveries.push(await wholeAgain(stage));
    }
    await pause(CALM_MS);
  } finally {
    load.stop();
  }
  await running;
  return verdict(stage, { load, faults, recoveries });
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
async function wholeAgain(stage) {
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
  const code = await stage.gateway.codeTo(phone, { seconds: 2 });
  return code !== undefined && (await stage.client.verify(asked.body.challengeId, code, from)).status === 201;
}

async function verdict(stage, { load, faults, recoveries }) {
  const { answers, accepted } = load;
  claim(load.lost === 0, `${load.lost} requests were not answered at all`);
  claim(load.unforeseen.length === 0, `unforeseen answers: ${tally(load.unforeseen)} of ${tally(answers)}`);
  const mute = answers.filter(({ status, headers }) => status === 503 && !(Number(headers['retry-after']) > 0)).length;
  claim(mute === 0, `${mute} answers 503 without Retry-After`);
  claim(count(answers, 503) > 0, 'nobody noticed that PostgreSQL was away: the proof has seen nothing');
  claim(load.acceptedTwice === 0, `${load.acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, accepted);
  await claimOneOfEach(stage);
  claim(stage.gateway.repeated === 0, `the gateway saw ${stage.gateway.repeated} messages again`);
  const slowest = Math.round(Math.max(...answers.map(({ tookMs }) => tookMs)));
  return (
    `${faults.length} times (${faults.map((fault) => fault.name).join(', ')}): ${tally(answers)}, ` +
    `whole again after at most ${Math.max(...recoveries)} ms, ` +
    `slowest answer ${slowest} ms; ${accepted.length} sign-ins, none lost, no code twice`
  );
}

/** What a crash loses was committed in its last instants, so that one crash may well miss it. */
const MANY_CRASHES = [crash, crash, crash, restart];

export const outageProofs = [
  {
    name: 'database-lost',
    open: ({ cluster }) => Stage.open(cluster, { hosted: true, relayed: true }),
    prove: ({ stage, cluster, short }) =>
      lostDatabase({ stage, cluster, faults: short ? [crash, restart] : Array(3).fill(MANY_CRASHES).flat() }),
  },
];
