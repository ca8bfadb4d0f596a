import { atOnce, claim, count, inTurns, tally, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { loadOfOthers, p99 } from './others.mjs';
import { signUp } from './people.mjs';
import { Stage } from './stage.mjs';

const PEOPLE = 5;
/** More than two workers have in hand at once. */
const STUCK = 250;
const IN_HAND = 200;
/** One less than stops sending. */
const FAILURES = 9;
/** Longer than sending is stopped for the first time, shorter than a code lives. */
const STOPPED_SECONDS = 31;
const AMOUNTS = { short: { profiles: 100, emails: 12 }, full: { profiles: 600, emails: 80 } };
/** Without a word of the gateway. */
const TIMEOUT_MS = 10_000;

/** SMS get no answer for ten seconds each: nobody else notices, sending stops, and goes on by itself when the gateway works again. */
async function hangingGateway(stage, amounts) {
  const { workers } = stage;
  const people = await inTurns(PEOPLE, () => signUp(stage));
  await claimFewFailuresStopNothing(stage);
  const others = () => loadOfOthers(stage, { people, amounts, goesOn: () => true });
  const calm = await others();
  const stuck = await getStuck(stage, workers);
  const goesOn = () => stage.gateway.open === IN_HAND;
  const meanwhile = await loadOfOthers(stage, { people, amounts, goesOn });
  const slowest = Math.max(...meanwhile.delays);
  claim(slowest < TIMEOUT_MS / 2, `an e-mail waited ${Math.round(slowest)} ms, as an SMS does`);
  claim(meanwhile.profiles.length >= 10 && meanwhile.emails.length >= 3, 'no time to see what others notice');
  await claimStopped(stage, people);
  const waiting = await claimUnknownEnds(stage, stuck);
  stage.gateway.usual = { name: 'accepts', takes: true };
  await stage.passTime(STOPPED_SECONDS);
  await claimGoesOn(stage, stuck, waiting);
  for (const worker of workers)
    await claimCarries(stage, { worker, others: workers.filter((each) => each !== worker) });
  return factsOf(calm, meanwhile, waiting);
}

/** Failures that are one too few, then an SMS that is taken: they count from the start again. */
async function claimFewFailuresStopNothing(stage) {
  stage.gateway.usual = { name: 'fails', takes: false };
  const phones = Array.from({ length: FAILURES }, () => newPhone());
  await Promise.all(phones.map((phone) => askFor(stage, phone)));
  await ended(stage, phones, 'ambiguous');
  stage.gateway.usual = { name: 'accepts', takes: true };
  await signUp(stage);
  claim((await breaker(stage)).state === 'closed', `${FAILURES} failures in a row stopped the sending`);
}

/** More SMS than all workers can have in hand, and they get no answer. */
async function getStuck(stage, workers) {
  stage.gateway.usual = { name: 'hangs', takes: true };
  for (const worker of workers) worker.freeze();
  const phones = Array.from({ length: STUCK }, () => newPhone());
  await inTurns(STUCK, (index) => askFor(stage, phones[index]));
  for (const worker of workers) worker.thaw();
  await until(async () => stage.gateway.open === IN_HAND, { what: 'SMS in every hand' });
  return phones;
}

async function askFor(stage, phone) {
  const { status, body } = await stage.client.requestCode(phone, newNetwork());
  claim(status === 202, `a request for a code was answered ${status} ${body?.code}`);
}

/** Where every process refuses to send an SMS, and says when to ask again; all else works. */
async function claimStopped(stage, people) {
  await until(async () => (await breaker(stage)).state === 'open', { what: 'an end of sending', seconds: 20 });
  const answers = await atOnce(8, () => stage.client.requestCode(newPhone(), newNetwork()));
  claim(count(answers, 503) === answers.length, `while no SMS is sent, requests were answered ${tally(answers)}`);
  const good = answers.every(({ headers, body }) => body?.code === 'sms.unavailable' && headers['retry-after'] > 0);
  claim(good, 'an answer 503 says something else, or not when to ask again');
  await loadOfOthers(stage, { people, amounts: { profiles: 10, emails: 2 }, goesOn: () => true });
}

/**
 * What was taken and never answered is not sent again; what nobody had in hand waits, but for some that took the place of the first
 * that failed. Answers for how many phones.
 */
async function claimUnknownEnds(stage, stuck) {
  await until(async () => stage.gateway.open === 0, { what: 'the last time-out', seconds: 20 });
  const states = await until(() => endsOf(stage, stuck), { what: 'the end of what was in hand' });
  const { ambiguous = 0, queued = 0 } = states;
  const good = ambiguous >= IN_HAND && ambiguous + queued === STUCK;
  claim(good, `SMS without an answer became ${JSON.stringify(states)}`);
  return queued;
}

/** How many are in each state; nothing while some are being sent. */
async function endsOf(stage, phones) {
  const rows = await stage.sql(
    `SELECT state, count(*)::int AS number FROM messages WHERE recipient = ANY ($1) GROUP BY state`,
    [phones],
  );
  const states = Object.fromEntries(rows.map(({ state, number }) => [state, number]));
  return !states.sending && states;
}

async function claimGoesOn(stage, stuck, waiting) {
  const sent = async () => ((await endsOf(stage, stuck)).sent ?? 0) === waiting;
  await until(sent, { what: 'the sending of what waited' });
  const { state, failures } = await breaker(stage);
  claim(state === 'closed' && failures === 0, `the gateway works, and sending is ${state} after ${failures} failures`);
  const twice = stuck.filter((phone) => stage.gateway.arrivalsFor(phone).length !== 1).length;
  claim(twice === 0, `${twice} SMS were not handed over exactly once`);
}

/** One worker alone, for every process that takes requests. */
async function claimCarries(stage, { worker, others }) {
  for (const other of others) other.freeze();
  await atOnce(8, () => signUp(stage));
  for (const other of others) other.thaw();
  claim(worker.ownEnd === undefined, 'a worker ended');
}

async function ended(stage, phones, state) {
  const all = () =>
    stage.value('SELECT bool_and(state = $2) FROM messages WHERE recipient = ANY ($1)', [phones, state]);
  await until(all, { what: `the end as ${state}` });
}

async function breaker(stage) {
  const [row] = await stage.sql(`SELECT failures, CASE WHEN open_until IS NULL THEN 'closed'
    WHEN open_until > clock_now() THEN 'open' ELSE 'half open' END AS state FROM sending WHERE channel = 'sms'`);
  return row;
}

/** Told, not judged: clocks vary. */
function factsOf(calm, meanwhile, waiting) {
  const compared = (what, kind) => {
    const ratio = p99(meanwhile[kind]) / p99(calm[kind]);
    return `${what} ${ratio.toFixed(1)} times (${p99(calm[kind]).toFixed(1)} ms before)`;
  };
  return (
    `with ${IN_HAND} SMS stuck and ${STUCK - IN_HAND} behind them, p99 was, of that before: ${compared('/users/me', 'profiles')}, ` +
    `${compared('a sign-in by e-mail', 'emails')}, ${compared('the way of an e-mail', 'delays')}; then 503 everywhere, ` +
    `${STUCK - waiting} ambiguous, ${waiting} sent once the gateway worked, and each worker carries again`
  );
}

/** Two processes of each kind, of which the gateway calls back those that serve HTTP. */
export const openReplicas = ({ cluster }) =>
  Stage.open(cluster, {
    apis: 2,
    workers: 2,
    // Where nobody could call back, nobody is asked to.
    env: { PUBLIC_URL: 'https://localhost', SMS_TIMEOUT_MS: String(TIMEOUT_MS) },
  });

export const hangingProofs = [
  {
    name: 'gateway-hangs',
    open: openReplicas,
    prove: ({ stage, short }) => hangingGateway(stage, AMOUNTS[short ? 'short' : 'full']),
  },
];
