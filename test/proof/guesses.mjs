import { atOnce, claim, count, inTurns, tally } from './claims.mjs';
import { newNetwork } from './client.mjs';
import { activate, openStage } from './invitations.mjs';
import { signUpMany } from './people.mjs';

const GUESSES = 300;
const OF_A_PERSON = 10;
const FROM_A_NETWORK = 30;
/** Rounds at a time, each with people and networks of its own. */
const LANES = 2;
const LONGER_THAN_AN_HOUR = 3_601;

/** Nobody's: every code has a letter. */
const noCode = (nth) => String(nth).padStart(6, '0');

/** One person from 30 networks. */
const byOnePerson = (people) => {
  const networks = Array.from({ length: FROM_A_NETWORK }, () => newNetwork());
  return (nth) => ({ ...people[0], from: networks[nth % networks.length] });
};

/** As many people from one network. */
const fromOneNetwork = (people) => {
  const from = newNetwork();
  return (nth) => ({ ...people[nth % people.length], from });
};

async function guessedAtOnce(stage, { rounds, askers, heads, allowed }) {
  const lanes = Math.min(LANES, rounds);
  const people = await signUpMany(stage, lanes * heads);
  for (let done = 0; done < rounds; done += lanes) {
    // What was counted before counts no more.
    if (done > 0) await stage.passTime(LONGER_THAN_AN_HOUR);
    await inTurns(lanes, async (lane) => {
      const asker = askers(people.slice(lane * heads, (lane + 1) * heads));
      claimAllowed(await atOnce(GUESSES, (nth) => activate(stage, asker(nth), noCode(nth))), allowed);
    });
  }
  return `${allowed}×404 ${GUESSES - allowed}×429 with Retry-After`;
}

function claimAllowed(answers, allowed) {
  const good = count(answers, 404) === allowed && count(answers, 429) === GUESSES - allowed;
  claim(good, `${tally(answers)} instead of ${allowed}×404 ${GUESSES - allowed}×429`);
  const told = answers.every(({ status, headers }) => status !== 429 || Number(headers['retry-after']) > 0);
  claim(told, 'a 429 without Retry-After');
  const codes = new Set(answers.map(({ body }) => body.code));
  codes.delete('referrals.code_unknown');
  codes.delete('referrals.too_many_unknown_codes');
  claim(codes.size === 0, `guesses were answered ${[...codes].join(', ')}`);
}

async function guessesAtOnce(stage, rounds) {
  const person = { rounds, askers: byOnePerson, heads: 1, allowed: OF_A_PERSON };
  const network = { rounds, askers: fromOneNetwork, heads: FROM_A_NETWORK, allowed: FROM_A_NETWORK };
  const ofPerson = await guessedAtOnce(stage, person);
  const ofNetwork = await guessedAtOnce(stage, network);
  return `${rounds} rounds of ${GUESSES} unknown codes at once: of one person each ${ofPerson}; of ${FROM_A_NETWORK} people on one network each ${ofNetwork}`;
}

/** Searching for codes by trying many at the same moment. */
export const guessProofs = [
  {
    name: 'guessed-invite-codes-at-once',
    open: openStage,
    prove: ({ stage, short }) => guessesAtOnce(stage, short ? 2 : 200),
  },
];
