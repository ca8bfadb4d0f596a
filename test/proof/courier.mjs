import { setTimeout as pause } from 'node:timers/promises';
import { claim, count, tally, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Random } from './random.mjs';
import { Stage } from './stage.mjs';

const SLOWEST_ANSWER_MS = 30;
/** A process that is killed before this has hardly begun, later than this it has started in any case. */
const STARTING_MS = [200, 1_500];
/** A worker that finds nothing to send is not waited for longer. */
const PATIENCE_MS = 2_000;
/** The messages of one life are asked for within this time. */
const SPREAD_MS = 1_000;
/** Longer than any claim lasts, shorter than a code lives. */
const ABANDONED_SECONDS = 120;

/** Workers die by SIGKILL, again and again, while messages are on their way; each is followed by another. */
async function killedWorkers({ stage, random, messages, lives, workers }) {
  const phones = Array.from({ length: messages }, () => newPhone());
  const queue = [...phones];
  const requests = [];
  const kills = { sending: 0, other: 0 };
  for (let life = 0; life < lives; life += 1) {
    const share = queue.splice(0, Math.ceil(messages / lives));
    requests.push(...share.map((phone) => requestLater(stage, phone, random.between(0, SPREAD_MS))));
    const deaths = Array.from({ length: workers }, () => deathOf(random));
    await Promise.all(deaths.map((death) => liveAndDie(stage, life === 0 ? SURELY_SENDING : death, kills)));
  }
  const answers = await Promise.all(requests);
  claim(count(answers, 202) === messages, `requests for codes were answered ${tally(answers)}`);
  await settleAll(stage, workers);
  return verdict(stage, { messages, kills });
}

/** Status 0 stands for a request that was not answered. */
async function requestLater(stage, phone, afterMs) {
  await pause(afterMs);
  return stage.client.requestCode(phone, newNetwork()).catch(() => ({ status: 0 }));
}

/** Before the first answer: without it a lucky run would show nothing. */
const SURELY_SENDING = { whileStarting: false, arrivals: 1, patienceMs: 20_000, laterMs: 0 };

/** Half of them at any moment of a start, half a moment after one of the next messages reached the gateway. */
const deathOf = (random) => ({
  whileStarting: random.next() < 0.5,
  startedMs: random.between(...STARTING_MS),
  arrivals: random.between(1, 8),
  patienceMs: PATIENCE_MS,
  laterMs: random.between(0, SLOWEST_ANSWER_MS),
});

async function liveAndDie(stage, death, kills) {
  const worker = stage.startWorker();
  if (death.whileStarting) await pause(death.startedMs);
  else {
    await Promise.race([arrivals(stage.gateway, death.arrivals), pause(death.patienceMs)]);
    if (death.laterMs > 0) await pause(death.laterMs);
  }
  kills[stage.gateway.open > 0 ? 'sending' : 'other'] += 1;
  await worker.kill();
}

function arrivals(gateway, number) {
  return new Promise((resolve) => {
    let left = number;
    const arrived = () => {
      left -= 1;
      if (left > 0) return;
      gateway.off('message', arrived);
      resolve();
    };
    gateway.on('message', arrived);
  });
}

/** The last workers live: they carry what is left, and what the dead ones had in hand is given up after its time. */
async function settleAll(stage, workers) {
  for (let n = 0; n < workers; n += 1) stage.startWorker();
  const unclaimed = () => stage.value('SELECT count(*) = 0 FROM outbox WHERE claimed_at IS NULL');
  await until(unclaimed, { what: 'the last pick-up', seconds: 30 });
  // What the living have in hand is answered and written in far less than that.
  await until(async () => stage.gateway.open === 0, { what: 'the last answer' });
  await pause(500);
  await stage.passTime(ABANDONED_SECONDS);
  const settled = () => stage.value('SELECT count(*) = 0 FROM outbox');
  await until(settled, { what: 'the end of abandoned messages' });
}

async function verdict(stage, { messages, kills }) {
  const rows = await stage.sql('SELECT recipient, state, provider_id FROM messages');
  const sent = rows.filter(({ state }) => state === 'sent');
  const ambiguous = rows.filter(({ state }) => state === 'ambiguous');
  const states = [...new Set(rows.map(({ state }) => state))].join(', ');
  claim(rows.length === messages, `${rows.length} messages for ${messages} requests`);
  claim(sent.length + ambiguous.length === rows.length, `messages ended otherwise than sent or ambiguous: ${states}`);
  claim(stage.gateway.repeated === 0, `the gateway saw ${stage.gateway.repeated} messages again`);
  const several = rows.filter(({ recipient }) => stage.gateway.messagesTo(recipient).length > 1).length;
  claim(several === 0, `${several} phones got more than one message`);
  const unseen = sent.filter(({ recipient, provider_id }) => !wasSeen(stage.gateway, recipient, provider_id)).length;
  claim(unseen === 0, `${unseen} messages are sent that the gateway never took`);
  claim(ambiguous.length > 0, 'no worker died while it was sending: the proof has seen nothing');
  const arrived = ambiguous.filter(({ recipient }) => stage.gateway.messagesTo(recipient).length === 1).length;
  return (
    `${rows.length} messages, ${kills.sending + kills.other} kills (${kills.sending} with an answer outstanding): ` +
    `${sent.length} sent, ${ambiguous.length} ambiguous of which ${arrived} arrived, none twice`
  );
}

const wasSeen = (gateway, recipient, providerId) =>
  gateway.messagesTo(recipient).some(({ id }) => String(id) === providerId);

/** Messages whose courier is killed; with two couriers at once as well. */
export const courierProofs = [1, 2].map((workers) => ({
  name: workers === 1 ? 'courier-killed' : 'two-couriers-killed',
  open({ cluster, seed }) {
    const delays = new Random(seed + 1);
    return Stage.open(cluster, { delayMs: () => delays.between(0, SLOWEST_ANSWER_MS) });
  },
  prove: ({ stage, seed, short }) => {
    const random = new Random(seed);
    return killedWorkers({ stage, random, workers, messages: short ? 40 : 500, lives: short ? 6 : 40 });
  },
}));
