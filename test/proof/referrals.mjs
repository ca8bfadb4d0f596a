import { atOnce, claim, count, inTurns, tally } from './claims.mjs';
import { newPhone } from './client.mjs';
import {
  askAgain,
  claimSound,
  codesActivatedBy,
  edges,
  openStage,
  parted,
  verifyInvited,
  WAYS,
} from './invitations.mjs';
import { signUpMany } from './people.mjs';

const INVITERS = 5;
const RING = 5;
/** One less than a challenge takes, so that a code is never refused for that. */
const TRIES = 4;
const { activation, signIn } = WAYS;

const codeOf = ({ tokens }) => tokens.user.inviteCode;

async function twoCodesAtOnce(stage, { rounds }) {
  const pairs = [
    [activation, activation],
    [activation, signIn],
  ];
  const inviters = await signUpMany(stage, INVITERS);
  const people = await signUpMany(stage, rounds);
  await askAgain(
    stage,
    people.filter((_, round) => pairs[round % 2].includes(signIn)),
  );
  await claimEdgesOfEach(stage, { rounds, edgesEach: 1 }, async (round) => {
    const codes = [round, round + 1].map((nth) => codeOf(inviters[nth % INVITERS]));
    const outcomes = await Promise.all(pairs[round % 2].map((way, nth) => way(stage, people[round], codes[nth])));
    const { through, refused, told } = parted(outcomes);
    claim(through.length === 1 && refused[0].refusal === 'referrals.already_activated', told);
    const written = await codesActivatedBy(stage, [people[round]]);
    const heard = outcomes.map(({ activated }) => activated);
    claim(new Set([...heard, ...written]).size === 1, `${heard.join(' and ')} were answered, ${written} is written`);
  });
  return `${rounds} rounds of two codes of one person at once: one activated, and named to whoever came second`;
}

async function eachOthersCodes(stage, { rounds }) {
  const pairs = [
    [activation, activation],
    [activation, signIn],
    [signIn, signIn],
  ];
  const people = await signUpMany(stage, rounds * 2);
  const twos = Array.from({ length: rounds }, (_, round) => people.slice(round * 2, round * 2 + 2));
  await askAgain(
    stage,
    twos.flatMap((two, round) => two.filter((_, nth) => pairs[round % 3][nth] === signIn)),
  );
  await claimEdgesOfEach(stage, { rounds, edgesEach: 1 }, async (round) => {
    const two = twos[round];
    const outcomes = await Promise.all(pairs[round % 3].map((way, nth) => way(stage, two[nth], codeOf(two[1 - nth]))));
    const { through, refused, told } = parted(outcomes);
    claim(through.length === 1 && refused[0].refusal === 'referrals.cycle', told);
  });
  return `${rounds} rounds of two people and each other’s codes, also by sign-in: one came by the other, who was refused`;
}

async function ringsOfFive(stage, { rounds }) {
  const people = await signUpMany(stage, rounds * RING);
  await claimEdgesOfEach(stage, { rounds, edgesEach: RING - 1 }, async (round) => {
    const ring = people.slice(round * RING, (round + 1) * RING);
    const outcomes = await atOnce(RING, (nth) => activation(stage, ring[nth], codeOf(ring[(nth + 1) % RING])));
    const { through, refused, told } = parted(outcomes);
    claim(through.length === RING - 1 && refused[0].refusal === 'referrals.cycle', told);
    const written = await codesActivatedBy(stage, ring);
    claim(written.length === RING - 1, `${written.length} edges are written`);
  });
  return `${rounds} rings of ${RING} at once: ${RING - 1} edges each, the last one refused`;
}

/** Several rounds at a time; then what all of them have made must be there, and nothing else. */
async function claimEdgesOfEach(stage, { rounds, edgesEach }, work) {
  const before = await edges(stage);
  await inTurns(rounds, work);
  const made = (await edges(stage)) - before;
  claim(made === rounds * edgesEach, `${made} edges were made in ${rounds} rounds`);
}

async function crowdsOfNewcomers(stage, { rounds, crowd }) {
  const inviters = await signUpMany(stage, INVITERS);
  let turnedAway = 0;
  for (let round = 1; round <= rounds; round += 1)
    turnedAway += await crowdOfNewcomers(stage, { inviters, crowd, round });
  return `${rounds} crowds of ${crowd} sign-ups at once, each with a code of ${INVITERS} inviters: as many invite codes and edges (${turnedAway} answers were 503, and came again)`;
}

async function crowdOfNewcomers(stage, { inviters, crowd, round }) {
  const challenges = await inTurns(crowd, () => stage.challenge(newPhone()), { lanes: 30 });
  const before = await edges(stage);
  const codeFor = (nth) => codeOf(inviters[nth % INVITERS]);
  const { answers, turnedAway } = await verifyAll(stage, challenges, codeFor);
  claim(count(answers, 201) === crowd, `crowd ${round}: ${tally(answers)} instead of ${crowd}×201`);
  const problems = answers.map(({ body }) => body.inviteProblem?.code).filter(Boolean);
  claim(problems.length === 0, `crowd ${round}: ${problems.length} codes were refused, one with ${problems[0]}`);
  const told = answers.every(({ body }, nth) => body.user.activatedInviteCode === codeFor(nth));
  claim(told, `crowd ${round}: somebody is told of another code than they came with`);
  const codes = new Set(answers.map(({ body }) => body.user.inviteCode));
  claim(codes.size === crowd, `crowd ${round}: ${codes.size} different invite codes`);
  const made = (await edges(stage)) - before;
  claim(made === crowd, `crowd ${round}: ${made} edges`);
  return turnedAway;
}

/** All at once; whoever is told that there is no room just now comes again, with the others who were. */
async function verifyAll(stage, challenges, codeFor) {
  const answers = [];
  let waiting = [...challenges.keys()];
  let turnedAway = 0;
  for (let tries = 0; tries < TRIES && waiting.length > 0; tries += 1) {
    const come = async (nth) => void (answers[nth] = await verifyInvited(stage, challenges[nth], codeFor(nth)));
    await Promise.all(waiting.map(come));
    waiting = waiting.filter((nth) => answers[nth].status === 503);
    turnedAway += waiting.length;
  }
  return { answers, turnedAway };
}

/** Invite codes that are activated at the same moment, at two processes. */
export const referralProofs = [
  { name: 'two-invite-codes-at-once', full: { rounds: 200 }, short: { rounds: 12 }, run: twoCodesAtOnce },
  { name: 'each-others-codes-at-once', full: { rounds: 200 }, short: { rounds: 12 }, run: eachOthersCodes },
  { name: 'rings-of-codes-at-once', full: { rounds: 200 }, short: { rounds: 8 }, run: ringsOfFive },
  {
    name: 'invited-sign-ups-at-once',
    full: { rounds: 5, crowd: 1_000 },
    short: { rounds: 1, crowd: 100 },
    run: crowdsOfNewcomers,
  },
].map(({ name, full, short, run }) => ({
  name,
  open: openStage,
  async prove({ stage, short: isShort }) {
    const facts = await run(stage, isShort ? short : full);
    return `${facts}; ${await claimSound(stage)}`;
  },
}));
