import { atOnce, claim, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Stage } from './stage.mjs';

const TIMEOUT_MS = 6_000;
/** For leaving the database, on a machine that is busy. */
const LEAVING_MS = 2_500;
const IN_HAND = 30;
const LATER = 5;
let delayMs = 0;

/** A worker is told to stop while the gateway takes its time, then while it never answers: it finishes what it has, and no more. */
async function stoppedWorker(stage) {
  const slowMs = await whileSlow(stage);
  const hungMs = await whileHanging(stage);
  claim(stage.gateway.repeated === 0, `the gateway saw ${stage.gateway.repeated} messages again`);
  return (
    `told to stop with ${IN_HAND} SMS in hand, a worker ended after ${slowMs} ms when the gateway answered slowly, all of them sent, and ` +
    `after ${hungMs} ms when it did not answer (time-out ${TIMEOUT_MS} ms), all of them written down; what came meanwhile was left to the next worker`
  );
}

async function whileSlow(stage) {
  delayMs = TIMEOUT_MS / 2;
  const phones = await inHand(stage);
  const stopping = stage.workers.at(-1).stop();
  await heardToStop(stage);
  const later = await askFor(stage, LATER);
  const took = claimStopped(await stopping);
  await claimAll(stage, phones, { state: 'sent', failure: null });
  await claimAll(stage, later, { state: 'queued', failure: null });
  delayMs = 0;
  stage.startWorker();
  await works(stage);
  await until(() => areAll(stage, later, { state: 'sent', failure: null }), { what: 'the sending of what was left' });
  return took;
}

async function whileHanging(stage) {
  stage.gateway.usual = { name: 'hangs', takes: true };
  const phones = await inHand(stage);
  const took = claimStopped(await stage.workers.at(-1).stop());
  await claimAll(stage, phones, { state: 'ambiguous', failure: 'timeout' });
  return took;
}

/** Before it has, a worker takes what comes; one that is gone already is found out by what it had in hand. */
const heardToStop = (stage) =>
  until(async () => (await readiness(stage)) !== 200, { what: 'a 503 of a worker that was told to stop' });

/** Whatever it is to do in a given time it does once it works. */
const works = (stage) =>
  until(async () => (await readiness(stage)) === 200, { what: 'readiness of a worker', seconds: 30 });

/** The status with which the worker tells of it; undefined where there is none. */
const readiness = ({ workerClient }) =>
  workerClient.get('/health/ready').then(
    ({ status }) => status,
    () => undefined,
  );

/** Phones to which messages are on their way, all at once: the first is not answered before the last is asked for. */
async function inHand(stage) {
  await works(stage);
  const worker = stage.workers.at(-1);
  worker.freeze();
  const phones = await askFor(stage, IN_HAND);
  worker.thaw();
  await until(() => stage.gateway.open === IN_HAND, { what: 'messages in hand' });
  return phones;
}

async function askFor(stage, number) {
  const phones = Array.from({ length: number }, () => newPhone());
  await atOnce(number, async (nth) => {
    const { status, body } = await stage.client.requestCode(phones[nth], newNetwork());
    claim(status === 202, `a request for a code was answered ${status} ${body?.code}`);
  });
  return phones;
}

function claimStopped({ code, tookMs }) {
  claim(code === 0, `a worker that was stopped ended with ${code}`);
  claim(tookMs < TIMEOUT_MS + LEAVING_MS, `a worker took ${Math.round(tookMs)} ms to stop`);
  return Math.round(tookMs);
}

async function claimAll(stage, phones, expected) {
  claim(await areAll(stage, phones, expected), `not all messages are ${expected.state} once their worker has ended`);
}

const areAll = (stage, phones, { state, failure }) =>
  stage.value(
    `SELECT count(*) = $4 FROM messages WHERE recipient = ANY ($1) AND state = $2 AND failure IS NOT DISTINCT FROM $3`,
    [phones, state, failure, phones.length],
  );

/** Workers that are told to stop. */
export const workerProofs = [
  {
    name: 'worker-stopped',
    open: ({ cluster }) =>
      Stage.open(cluster, {
        workers: 1,
        watched: true,
        delayMs: () => delayMs,
        env: { SMS_TIMEOUT_MS: String(TIMEOUT_MS) },
      }),
    prove: ({ stage }) => stoppedWorker(stage),
  },
];
