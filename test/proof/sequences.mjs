import { BEHAVIOURS } from './behaviours.mjs';

const named = (holds) => Object.keys(BEHAVIOURS).filter((name) => holds(BEHAVIOURS[name]));
const GRAVE = named(({ grave }) => grave);
const AGAIN = named(({ fate, grave }) => fate === 'again' && !grave);
/** How many in a hundred lives end so. */
const ENDS = [
  [53, named(({ fate }) => fate === 'sent')],
  [22, named(({ fate }) => fate === 'refused')],
  [25, named(({ fate }) => fate === 'unknown')],
];
const MOST_REFUSALS = 3;
/** How much of a code's life the longest wait between two attempts may take, jitter and what the processes take included. */
const LAST_WAIT_SECONDS = 45;

const oneOf = (random, choices) => choices[random.between(0, choices.length - 1)];

const meeting = (random, name) => ({ name, takes: BEHAVIOURS[name].takes ?? random.next() < 0.5 });

/** What meets the attempts to deliver one message: some that do not take it, then one after which it is never tried again. */
export function aSequence(random) {
  const refusals = random.next() < 0.7 ? 0 : random.between(1, MOST_REFUSALS);
  const names = Array.from({ length: refusals }, () => oneOf(random, random.next() < 0.02 ? GRAVE : AGAIN));
  return [...names, endOf(random)].map((name) => meeting(random, name));
}

/** A sequence during which all sending is stopped for a while. */
export function aGraveSequence(random, nth) {
  return [GRAVE[nth % GRAVE.length], endOf(random)].map((name) => meeting(random, name));
}

function endOf(random) {
  let chance = random.next() * 100;
  const [, names] = ENDS.find(([share]) => (chance -= share) < 0) ?? ENDS[0];
  return oneOf(random, names);
}

/**
 * What is wrong with the end of a message, in words; undefined when nothing is.
 * @param row of `messages`: `{ id, state, failure, attempts, provider_id, seconds_left, late }`, `late`: last claimed when its code was dead
 * @param arrivals how the gateway met it: `{ name, id }`, the id where it was taken
 * @param orphans ids of messages that were being sent when a worker was killed
 */
export function mistakeIn(row, arrivals, orphans) {
  const met = arrivals.map(({ name, id }) => `${name}${id === undefined ? '' : ' (taken)'}`).join(', ') || 'nothing';
  const wrong = [
    [arrivals.filter(({ id }) => id !== undefined).length > 1, 'was taken twice'],
    [arrivals.slice(0, -1).some(({ name }) => BEHAVIOURS[name].fate !== 'again'), 'was tried again'],
    [arrivals.length > row.attempts, 'was tried more often than is written'],
    [row.late && !UNTRIED.includes(row.failure ?? row.state), 'was tried though its code was dead'],
    [!foreseen(row, arrivals.at(-1), orphans), 'should not have ended so'],
  ].find(([is]) => is);
  return wrong && `a message that ended as ${row.state} (${row.failure}) ${wrong[1]}: it met ${met}`;
}

/** What a message that was claimed too late may end as. */
const UNTRIED = ['expired', 'abandoned'];

/** Whether a message that last met `last`, or nothing, may have ended so. */
function foreseen(row, last, orphans) {
  if (row.failure === 'abandoned') return row.state === 'ambiguous' && orphans.has(row.id);
  return ALLOWED[row.state]?.(row, last ? BEHAVIOURS[last.name] : NOTHING, last) ?? false;
}

/** It has not arrived, at a gateway that refused connections. */
const NOTHING = { fate: 'again', failures: [] };

/** By state; any other is none that a message ends in. */
const ALLOWED = {
  sent: ({ provider_id, failure }, { fate }, last) =>
    fate === 'sent' && failure === null && provider_id === String(last.id),
  failed: ({ failure, seconds_left }, { fate, failures }) => {
    if (fate === 'refused') return failures.includes(failure);
    const tellsWhy = failure === 'no_connection' || failures.includes(failure);
    return fate === 'again' && tellsWhy && seconds_left < LAST_WAIT_SECONDS;
  },
  expired: (_row, { fate }) => fate === 'again',
  // The machine may be slow, and a door may be shut between two messages on one connection.
  ambiguous: ({ failure }, { fate, failures }) =>
    failure === 'timeout' || (fate === 'unknown' ? failures : ['connection_lost']).includes(failure),
};

/** Whether a message ended as the last that it met leads to, with nothing in between. */
export function endedPlainly({ state, failure }, { name }) {
  const { fate, failures } = BEHAVIOURS[name];
  if (fate === 'again') return state === 'failed' || state === 'expired';
  const ends = { sent: 'sent', refused: 'failed', unknown: 'ambiguous' };
  return ends[fate] === state && (failures.length === 0 || failures.includes(failure));
}

/** Those that were met too seldom to end so, or never did. */
export const neverSeen = (seen) => Object.keys(BEHAVIOURS).filter((name) => !seen.has(name));
