import { randomUUID } from 'node:crypto';
import { atOnce, claim, count, tally, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Stage } from './stage.mjs';

const CROWD = 100;
const ATTEMPTS = 5;
/** Longer than the gap between two messages to one contact. */
const GAP_SECONDS = 21;

/** What one person is, in rows: `{ people, invite_codes, sessions }`. */
const traces = async (stage, phone) => {
  const [row] = await stage.sql(
    `SELECT count(DISTINCT u.id)::int AS people, count(DISTINCT l.code)::int AS invite_codes, count(DISTINCT s.id)::int AS sessions
     FROM users u LEFT JOIN referral_links l ON l.user_id = u.id LEFT JOIN sessions s ON s.user_id = u.id WHERE u.phone = $1`,
    [phone],
  );
  return row;
};

const messagesTo = (stage, phone) => stage.value('SELECT count(*)::int FROM messages WHERE recipient = $1', [phone]);

function claimOnePerson({ people, invite_codes, sessions }) {
  const found = `${people} people, ${invite_codes} invite codes and ${sessions} sessions were made`;
  claim(people === 1 && invite_codes === 1 && sessions === 1, found);
}

async function rightAnswersAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const { challengeId, code, phone, from } = await stage.challenge(newPhone());
    const answers = await atOnce(CROWD, () => stage.client.verify(challengeId, code, from));
    const good = count(answers, 201) === 1 && count(answers, 410) === CROWD - 1;
    claim(good, `round ${round}: ${tally(answers)} instead of 1×201 ${CROWD - 1}×410`);
    claimOnePerson(await traces(stage, phone));
  }
  return `${rounds} rounds of ${CROWD}: each 1×201 ${CROWD - 1}×410, one person, one session`;
}

async function wrongAnswersAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const { challengeId, code, codeLength, phone, from } = await stage.challenge(newPhone());
    const wrong = (n) => String((Number(code) + 1 + n) % 10 ** codeLength).padStart(codeLength, '0');
    const guess = (n) => stage.client.verify(challengeId, wrong(n), newNetwork());
    const answers = await atOnce(CROWD, guess);
    const good = count(answers, 401) === ATTEMPTS && count(answers, 410) === CROWD - ATTEMPTS;
    claim(good, `round ${round}: ${tally(answers)} instead of ${ATTEMPTS}×401 ${CROWD - ATTEMPTS}×410`);
    const late = await stage.client.verify(challengeId, code, from);
    claim(late.status === 410, `round ${round}: the right code was answered ${late.status} after the last attempt`);
    claim((await traces(stage, phone)).people === 0, `round ${round}: a person was made`);
  }
  return `${rounds} rounds of ${CROWD}: each ${ATTEMPTS}×401 ${CROWD - ATTEMPTS}×410, then the right code 410`;
}

async function threeChallengesAtOnce(stage, rounds) {
  const phones = Array.from({ length: rounds }, () => newPhone());
  const challenges = phones.map(() => []);
  for (let nth = 1; nth <= 3; nth += 1) {
    if (nth > 1) await stage.passTime(GAP_SECONDS);
    for (const [index, phone] of phones.entries()) challenges[index].push(await stage.challenge(phone, { nth }));
  }
  for (const [index, three] of challenges.entries()) {
    const verify = ({ challengeId, code, from }) => stage.client.verify(challengeId, code, from);
    const answers = await Promise.all(three.map(verify));
    const good = count(answers, 201) === 1 && count(answers, 410) === 2;
    claim(good, `round ${index + 1}: ${tally(answers)} instead of 1×201 2×410`);
    claimOnePerson(await traces(stage, phones[index]));
  }
  return `${rounds} rounds of 3 challenges of one phone: each 1×201 2×410, one person, one invite code`;
}

async function requestsAtOnce(stage, rounds) {
  const crowd = 50;
  for (let round = 1; round <= rounds; round += 1) {
    const phone = newPhone();
    const from = newNetwork();
    const answers = await atOnce(crowd, () => stage.client.requestCode(phone, from));
    const good = count(answers, 202) === 1 && count(answers, 429) === crowd - 1;
    claim(good, `round ${round}: ${tally(answers)} instead of 1×202 ${crowd - 1}×429`);
    const told = answers.every(({ status, headers }) => status !== 429 || Number(headers['retry-after']) > 0);
    claim(told, `round ${round}: a 429 without Retry-After`);
    await claimOneMessage(stage, phone);
  }
  return `${rounds} rounds of ${crowd}: each 1×202 ${crowd - 1}×429 with Retry-After, one message`;
}

async function oneKeyAtOnce(stage, rounds) {
  const crowd = 50;
  for (let round = 1; round <= rounds; round += 1) {
    const phone = newPhone();
    const from = newNetwork();
    const key = randomUUID();
    const answers = await atOnce(crowd, () => stage.client.requestCode(phone, from, key));
    claim(count(answers, 202) === crowd, `round ${round}: ${tally(answers)} instead of ${crowd}×202`);
    const different = new Set(answers.map(({ body }) => JSON.stringify(body))).size;
    claim(different === 1, `round ${round}: ${different} different answers to one Idempotency-Key`);
    await claimOneMessage(stage, phone);
  }
  return `${rounds} rounds of ${crowd} with one Idempotency-Key: each ${crowd} identical 202, one message`;
}

async function claimOneMessage(stage, phone) {
  const rows = await messagesTo(stage, phone);
  claim(rows === 1, `${rows} messages were written`);
  const settled = () => stage.value(`SELECT bool_and(state = 'sent') FROM messages WHERE recipient = $1`, [phone]);
  await until(settled, { what: 'the end of a message' });
  const seen = stage.gateway.messagesTo(phone).length;
  claim(seen === 1, `the gateway saw ${seen} messages`);
}

const openStage = ({ cluster }) => Stage.open(cluster, { apis: 2, workers: 1 });

/** Requests that arrive at the same moment, at two processes that share nothing but the database. */
export const parallelProofs = [
  { name: 'right-answers-at-once', rounds: { full: 50, short: 5 }, run: rightAnswersAtOnce },
  { name: 'wrong-answers-at-once', rounds: { full: 20, short: 3 }, run: wrongAnswersAtOnce },
  { name: 'three-challenges-at-once', rounds: { full: 50, short: 5 }, run: threeChallengesAtOnce },
  { name: 'requests-at-once', rounds: { full: 20, short: 3 }, run: requestsAtOnce },
  { name: 'one-idempotency-key-at-once', rounds: { full: 20, short: 3 }, run: oneKeyAtOnce },
].map(({ name, rounds, run }) => ({
  name,
  open: openStage,
  prove: ({ stage, short }) => run(stage, short ? rounds.short : rounds.full),
}));
