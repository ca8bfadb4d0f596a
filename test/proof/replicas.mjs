import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { claimNoMessageLost, claimNothingLost, claimOneOfEach } from './aftermath.mjs';
import { claim, tally, until } from './claims.mjs';
import { Client } from './client.mjs';
import { Traffic, WRITERS } from './traffic.mjs';
import { Stage } from './stage.mjs';

const APIS = 3;
const CALM_MS = 700;
const STOPPED_WITHIN_MS = 3_000;
const POLL_SECONDS = 20;
/** Each process starts anew, which takes its time where little of a machine is left. */
const LONGEST_SECONDS = { short: 150, full: 1_200 };

/** Whoever holds a connection and gives no more of a request: nothing, half a header, half a body. */
const HOLDERS = [
  '',
  'GET /health/live HTTP/1.1\r\nHost: a',
  'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
];

/** Every process is stopped and started again in its turn; whoever is behind the balancer notices nothing. */
async function rollingRestart({ stage, rounds }) {
  const traffic = await Traffic.prepare(stage);
  const stops = [];
  traffic.begin();
  for (let turn = 0; turn < rounds * APIS; turn += 1) {
    await pause(CALM_MS);
    const [{ port }] = stage.apis;
    stops.push(await stopAmidst(stage, stage.apis[0]));
    await stage.startApi(port);
    await servesAgain(stage, port);
  }
  await pause(CALM_MS);
  await traffic.end();
  const { signIns } = traffic;
  claim(traffic.allLost === 0, `${traffic.allLost} of ${traffic.summary} were not answered`);
  claim(traffic.failures.length === 0, `${tally(traffic.failures)} among ${traffic.summary}`);
  await claimTrue(stage, traffic);
  claim((await claimNoMessageLost(stage, signIns.asked)) === 0, 'a message did not come though nothing failed');
  await claimWrittenDown(stage);
  const longest = Math.round(Math.max(...stops));
  return (
    `${stops.length} processes stopped in at most ${longest} ms amidst ${traffic.summary}: none lost, none failed; ` +
    `${traffic.countOf('wait', 200)} long polls answered, ${signIns.accepted.length} sign-ins still true`
  );
}

/** How long it took, in milliseconds. */
async function stopAmidst(stage, { port, process }) {
  const direct = new Client([port]);
  const holders = await Promise.all(HOLDERS.map((bytes) => holding(port, bytes)));
  const polled = direct.get(`/api/v1/qa/messages/wait?to=%2B79300000000&timeout=${POLL_SECONDS}`);
  // Where a claim fails before, nobody hears how it ends.
  polled.catch(() => undefined);
  // The poll has arrived when what was sent behind it is answered.
  await direct.get('/health/live');
  const stopping = process.stop();
  await claimAnnounced(direct, polled);
  direct.close();
  const { code, tookMs } = await stopping;
  for (const socket of holders) socket.destroy();
  claim(code === 0, `a process that was stopped ended with ${code}`);
  claim(tookMs < STOPPED_WITHIN_MS, `a process took ${Math.round(tookMs)} ms to stop`);
  return tookMs;
}

/** It says that it is not ready while it still serves, and lets nobody wait. */
async function claimAnnounced(direct, polled) {
  await until(async () => (await direct.get('/health/ready')).status === 503, {
    what: 'a 503 of readiness',
    seconds: 2,
  });
  const live = await direct.get('/health/live');
  claim(live.status === 200, `while it is to be left alone it answered ${live.status}`);
  const { status, body } = await polled;
  claim(status === 200 && body.timedOut, `a long poll was answered ${status}`);
}

async function holding(port, bytes) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

async function servesAgain(stage, port) {
  const before = stage.balancer.answersOf(port);
  await until(() => stage.balancer.answersOf(port) > before + 10, { what: 'use of a process that came back' });
}

/** What is written down a moment later is written down by a process that stops, too. */
async function claimWrittenDown(stage) {
  const [{ people, entries }] = await stage.sql(`
    SELECT (SELECT count(*)::int FROM users) AS people,
           (SELECT count(*)::int FROM audit_entries WHERE action = 'auth.registered') AS entries`);
  claim(entries === people, `${people} people registered, ${entries} of them by the audit log`);
}

async function claimTrue(stage, traffic) {
  const { accepted, acceptedTwice } = traffic.signIns;
  claim(accepted.length >= 10, `only ${accepted.length} sign-ins: the proof has seen nothing`);
  claim(acceptedTwice === 0, `${acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, accepted);
  await claimOneOfEach(stage);
  await traffic.claimChangesKept();
}

/** Processes die by SIGKILL, one after the other, and are replaced. */
async function killedApis({ stage, kills }) {
  const traffic = await Traffic.prepare(stage);
  const worst = [];
  traffic.begin();
  for (let turn = 0; turn < kills; turn += 1) {
    await pause(CALM_MS);
    const [{ port, process }] = stage.apis;
    const before = traffic.allLost;
    await process.kill();
    await pause(CALM_MS);
    worst.push(traffic.allLost - before);
    await stage.startApi(port);
    await servesAgain(stage, port);
  }
  await traffic.end();
  const most = Math.max(...worst);
  claim(traffic.allLost === worst.reduce((sum, each) => sum + each, 0), 'a request was lost while nobody was killed');
  claim(most <= WRITERS, `${most} requests were lost with one process`);
  claim(traffic.failures.length === 0, `${tally(traffic.failures)} among ${traffic.summary}`);
  await claimTrue(stage, traffic);
  await claimNoMessageLost(stage, traffic.signIns.asked);
  return (
    `${kills} processes killed amidst ${traffic.summary}: ${traffic.allLost} requests had no answer, at most ${most} a kill, ` +
    `${stage.balancer.retried} were tried elsewhere; no other failed, ${traffic.signIns.accepted.length} sign-ins still true, no code twice`
  );
}

const openBalanced = ({ cluster }) => Stage.open(cluster, { apis: APIS, workers: 1, balanced: true });

/** Several processes behind a balancer, of which some are stopped or die. */
export const replicaProofs = [
  {
    name: 'rolling-restart',
    longestSeconds: LONGEST_SECONDS,
    open: (options) => openBalanced(options),
    prove: ({ stage, short }) => rollingRestart({ stage, rounds: short ? 1 : 5 }),
  },
  {
    name: 'api-killed',
    longestSeconds: LONGEST_SECONDS,
    open: (options) => openBalanced(options),
    prove: ({ stage, short }) => killedApis({ stage, kills: short ? 2 : 20 }),
  },
];
