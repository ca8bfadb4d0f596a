import { HOUR_SECONDS } from './asking.mjs';
import { atOnce, claim, count, inTurns, tally } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { aPassword, login } from './people.mjs';

const PASSWORDS_PER_NAME = 10;
/** Fewer than usual: each that is counted is hashed, and of thirty at once some might wait so long that they are sent away. */
export const PASSWORDS_PER_NETWORK = 12;
const WRONG_CODES = 60;
const ATTEMPTS = 5;
/** How many wrong codes one network has under way at any moment. */
const IN_FLIGHT = 20;
const MANY = 90;

/** Wrong passwords, which are counted before they are looked at: exactly so many are, of however many at once. */
export async function passwordLimits(stage, { rounds }) {
  const half = Math.ceil(rounds / 2);
  for (let round = 0; round < half; round += 1) {
    const [name, from] = [newPhone(), newNetwork()];
    claimTyped(await atOnce(MANY, (nth) => login(stage, wrongly(name, from, nth))), PASSWORDS_PER_NAME);
    const network = newNetwork();
    claimTyped(await atOnce(MANY, (nth) => login(stage, wrongly(newPhone(), network, nth))), PASSWORDS_PER_NETWORK);
    await stage.passTime(HOUR_SECONDS);
    claimTyped(await atOnce(MANY, (nth) => login(stage, wrongly(name, from, nth))), PASSWORDS_PER_NAME);
  }
  return `of ${MANY} passwords ${PASSWORDS_PER_NAME} for one name and ${PASSWORDS_PER_NETWORK} from one network`;
}

const wrongly = (username, from, nth) => ({ username, from, password: aPassword(nth) });

function claimTyped(answers, most) {
  const good = count(answers, 401) === most && count(answers, 429) === answers.length - most;
  claim(good, `${tally(answers)} instead of ${most}×401 ${answers.length - most}×429`);
}

/**
 * Wrong codes are counted after they are looked at, or a right one would have to be given back: those that are under way when
 * the limit is reached are looked at, too, and no other. Each challenge takes five all the same.
 */
export async function wrongCodeLimits(stage, { rounds }) {
  const times = Math.ceil(rounds / 4);
  let most = 0;
  for (let round = 0; round < times; round += 1) most = Math.max(most, await wrongCodesFromOneNetwork(stage));
  return `wrong codes of one network, ${IN_FLIGHT} at a time: ${most} at the most before it is refused, ${WRONG_CODES} and those under way`;
}

async function wrongCodesFromOneNetwork(stage) {
  const from = newNetwork();
  const challenges = await inTurns(MANY / ATTEMPTS, () => stage.challenge(newPhone()), { lanes: IN_FLIGHT });
  const last = await stage.challenge(newPhone());
  const seen = await inTurns(MANY, (nth) => guess(stage, { ...challenges[nth % challenges.length], from }), {
    lanes: IN_FLIGHT,
  });
  claimRefusedOnceFull(seen);
  const late = await stage.client.verify(last.challengeId, last.code, from);
  claim(late.status === 429, `the right code from a network that is refused was answered ${late.status}`);
  const elsewhere = await stage.client.verify(last.challengeId, last.code, newNetwork());
  claim(elsewhere.status === 201, `the same from another network was answered ${elsewhere.status}`);
  return count(seen, 401);
}

async function guess(stage, { challengeId, code, codeLength, from }) {
  const wrong = String((Number(code) + 1) % 10 ** codeLength).padStart(codeLength, '0');
  const began = performance.now();
  const { status, headers } = await stage.client.verify(challengeId, wrong, from);
  return { status, headers, began, ended: performance.now() };
}

function claimRefusedOnceFull(seen) {
  const looked = seen.filter(({ status }) => status === 401);
  claim(looked.length + count(seen, 429) === seen.length, `wrong codes were answered ${tally(seen)}`);
  const within = looked.length >= WRONG_CODES && looked.length < WRONG_CODES + IN_FLIGHT;
  claim(within, `${looked.length} wrong codes were looked at with ${IN_FLIGHT} under way`);
  const full = looked.map(({ ended }) => ended).sort((a, b) => a - b)[WRONG_CODES - 1];
  const late = looked.filter(({ began }) => began > full).length;
  claim(late === 0, `${late} wrong codes were looked at that began after ${WRONG_CODES} had been answered`);
  const told = seen.every(({ status, headers }) => status !== 429 || Number(headers['retry-after']) > 0);
  claim(told, 'a 429 without Retry-After');
}
