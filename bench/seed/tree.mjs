import { randomOf } from './random.mjs';

/** Has no inviter. */
export const NOBODY = -1;
/** Invites one of ten of all people: the one who came first. */
export const MAGNET = 0;
const MAGNET_SHARE = 0.1;
/** Of the others, so many came by themselves. */
const ROOT_SHARE = 0.05;
/** And so many went to whoever invited somebody else: that is how a few come to invite hundreds. */
const COPIED_SHARE = 0.5;
const LATER_SHARE = 0.3;
const LATER_MS = 14 * 24 * 3_600_000;

/**
 * Who invited whom, as places among the people of this plan: always somebody who came earlier, so there are no cycles.
 * Answers the inviter of each (or NOBODY) and how many each has invited.
 */
export function treeOf({ count, seed, skip }) {
  const inviterOf = new Int32Array(count).fill(NOBODY);
  const inviteesOf = new Int32Array(count);
  const inviters = choose(count, randomOf(`tree ${seed} ${skip}`));
  for (let invitee = MAGNET + 1; invitee < count; invitee += 1) {
    const { value: inviter } = inviters.next();
    inviterOf[invitee] = inviter;
    if (inviter !== NOBODY) inviteesOf[inviter] += 1;
  }
  return { inviterOf, inviteesOf };
}

/** The inviters of the second person, of the third, … */
function* choose(count, random) {
  const chosen = new Int32Array(count);
  let edges = 0;
  let wanted = Math.floor(count * MAGNET_SHARE);
  for (let invitee = MAGNET + 1; invitee < count; invitee += 1) {
    if (random.below(count - invitee) < wanted) {
      wanted -= 1;
      yield MAGNET;
    } else if (invitee === MAGNET + 1 || random.chance(ROOT_SHARE)) {
      yield NOBODY;
    } else {
      const isCopied = edges > 0 && random.chance(COPIED_SHARE);
      chosen[edges] = isCopied ? chosen[random.below(edges)] : MAGNET + 1 + random.below(invitee - MAGNET - 1);
      yield chosen[edges];
      edges += 1;
    }
  }
}

/**
 * The edges in the order in which they were activated, numbered for each inviter. Most people activate a code as they come,
 * the others within two weeks, and nobody after `until`.
 */
export function* activationsOf({ inviterOf, inviteesOf }, made, plan) {
  const activatedAt = momentsOf(made, plan);
  const order = Uint32Array.from(inviterOf.keys()).sort((a, b) => activatedAt[a] - activatedAt[b] || a - b);
  const ordinals = new Int32Array(inviteesOf.length);
  for (const invitee of order) {
    const inviter = inviterOf[invitee];
    if (inviter === NOBODY) continue;
    ordinals[inviter] += 1;
    yield { invitee, inviter, ordinal: ordinals[inviter], activatedAt: activatedAt[invitee] };
  }
}

function momentsOf(made, { seed, skip, until }) {
  const random = randomOf(`activations ${seed} ${skip}`);
  return Float64Array.from({ length: made.count }, (_, index) => {
    const createdAt = made.createdAt(index);
    if (!random.chance(LATER_SHARE)) return createdAt;
    return createdAt + random.below(Math.min(LATER_MS, until - createdAt));
  });
}
