import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { claimNoMessageLost, claimNothingLost, claimOneOfEach } from './aftermath.mjs';
import { claim, tally, until } from './claims.mjs';
import { Client } from './client.mjs';
import { Traffic, WRITERS } from './traffic.mjs';
import { Stage } from './stage.mjs';

const PORTS = 2;
const TOGETHER = 2;
const CALM_MS = 700;
const STOPPED_WITHIN_MS = 3_000;
const SERVED = /^http_request_duration_seconds_count\{.*process="(\d+)".*\} (\d+)$/gm;

/** Several processes on one port: all of them serve, one that dies is replaced, and all stop together. */
async function together({ stage, rounds }) {
  const traffic = await Traffic.prepare(stage);
  const stops = [];
  let mostLost = 0;
  traffic.begin();
  for (let turn = 0; turn < rounds; turn += 1) {
    await pause(CALM_MS);
    await claimAllServe(stage.apis[0]);
    const before = traffic.allLost;
    await killOne(stage.apis[0], turn);
    mostLost = Math.max(mostLost, traffic.allLost - before);
    stops.push(await stopAndStart(stage, traffic));
  }
  await traffic.end();
  claim(traffic.failures.length === 0, `${tally(traffic.failures)} among ${traffic.summary}`);
  claim(mostLost <= WRITERS, `${mostLost} requests were lost with one process`);
  const { accepted, acceptedTwice, asked } = traffic.signIns;
  claim(acceptedTwice === 0, `${acceptedTwice} codes were accepted twice`);
  await claimNothingLost(stage, accepted);
  await claimOneOfEach(stage);
  await claimNoMessageLost(stage, asked);
  return (
    `${rounds} of ${TOGETHER} processes on one port killed and replaced, and all stopped ${rounds} times in at most ` +
    `${Math.round(Math.max(...stops))} ms amidst ${traffic.summary}: at most ${mostLost} lost with one that was killed, none with those that were stopped`
  );
}

/** Whichever is asked tells of all, and each has served something. */
async function claimAllServe({ port }) {
  const served = async () => {
    // On a connection of its own, which may be given to any of them: those that are kept stay with whom they are.
    const client = new Client([port]);
    const { status, text } = await client.get('/metrics').finally(() => client.close());
    const numbers = new Map();
    for (const [, process, count] of text.matchAll(SERVED))
      numbers.set(process, (numbers.get(process) ?? 0) + Number(count));
    return status === 200 && numbers.size === TOGETHER && [...numbers.values()].every((count) => count > 0);
  };
  await until(served, { what: 'answers of every process of a port', seconds: 30 });
}

/** One of them dies; those beside it go on, and another takes its place. */
async function killOne(api, turn) {
  const before = await membersOf(api);
  claim(before.length === TOGETHER, `${before.length} processes serve a port, and ${TOGETHER} should`);
  process.kill(before[turn % TOGETHER], 'SIGKILL');
  await until(async () => (await membersOf(api)).filter((pid) => !before.includes(pid)).length === 1, {
    what: 'a process in the place of one that was killed',
    seconds: 10,
  });
  await claimAllServe(api);
}

async function membersOf({ process: { pid } }) {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
  return stdout.trim().split('\n').map(Number);
}

/** How long it took to stop, in milliseconds. */
async function stopAndStart(stage, traffic) {
  const [{ port, process }] = stage.apis;
  const lost = traffic.allLost;
  const { code, tookMs } = await process.stop();
  await pause(CALM_MS);
  claim(traffic.allLost === lost, `${traffic.allLost - lost} requests were lost while processes stopped`);
  claim(code === 0, `processes that were stopped ended with ${code}`);
  claim(tookMs < STOPPED_WITHIN_MS, `processes took ${Math.round(tookMs)} ms to stop`);
  await stage.startApi(port);
  return tookMs;
}

const env = { WEB_CONCURRENCY: String(TOGETHER) };

/** `WEB_CONCURRENCY`, behind a balancer that has another port for requests that find one closed. */
export const togetherProofs = [
  {
    name: 'processes-on-one-port',
    longestSeconds: { short: 150, full: 1_200 },
    open: ({ cluster }) => Stage.open(cluster, { apis: PORTS, workers: 1, balanced: true, env }),
    prove: ({ stage, short }) => together({ stage, rounds: short ? 1 : 10 }),
  },
];
