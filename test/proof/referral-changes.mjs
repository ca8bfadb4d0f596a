import { setTimeout as pause } from 'node:timers/promises';
import { claim, inTurns } from './claims.mjs';
import { newPhone } from './client.mjs';
import {
  activate,
  askAgain,
  claimSound,
  codesActivatedBy,
  deadlocks,
  openStage,
  verifyInvited,
} from './invitations.mjs';
import { signUpMany } from './people.mjs';
import { Random } from './random.mjs';

/** Enough for each order of two things to come about. */
const MANY_ROUNDS = 100;
const LATE = '410 referrals.code_retired';

const rotate = (stage, { tokens }) => stage.client.post('/referrals/me/rotate', {}, { token: tokens.accessToken });
const erase = (stage, { tokens }) => stage.client.delete('/users/me', { token: tokens.accessToken });
const block = (stage, { tokens }, admin) =>
  stage.client.patch(`/users/${tokens.user.id}`, { status: 'blocked' }, { token: admin.tokens.accessToken });

/** What owners of codes do, or have done to them, while others activate theirs. */
const OWNER_CHANGES = { rotated: rotate, blocked: block, deleted: erase };
/** How somebody activates a code who deletes their account at that moment, and what may be answered. */
const INVITEE_ACTS = {
  activating: {
    ready: () => undefined,
    act: activate,
    foreseen: ['200', '401 auth.unauthenticated', '404 users.not_found'],
  },
  'signing in with a code': {
    ready: askAgain,
    act: (stage, { challenge }, inviteCode) => verifyInvited(stage, challenge, inviteCode),
    foreseen: ['200', '410 otp.challenge_over'],
  },
};

/** An answer in words: its status, and the code of its problem or of the invite’s. */
const worded = ({ status, body }) => [status, body?.code ?? body?.inviteProblem?.code].filter(Boolean).join(' ');
const isThrough = (words) => words === '200' || words === '201';

/** Counts answers by their words. */
class Tally {
  #counts = new Map();

  add(words) {
    this.#counts.set(words, (this.#counts.get(words) ?? 0) + 1);
  }

  /** The proof has seen nothing if all came before the changes, or all after them. */
  claimBoth(rounds) {
    const through = [...this.#counts.keys()].filter(isThrough).length;
    const both = through > 0 && this.#counts.size > through;
    claim(both || rounds < MANY_ROUNDS, `nobody was between the others: ${this}`);
  }

  toString() {
    const sorted = [...this.#counts].sort();
    return sorted.map(([words, times]) => `${times}×${words}`).join(', ');
  }
}

/** Lets others act about when a change happens, however long that takes here. */
class Moments {
  #random;
  #changeMs = 50;

  constructor(random) {
    this.#random = random;
  }

  /** Makes a change and does the other things at moments of their own, some before it and some after; answers what each gave. */
  async amid(change, works) {
    const scattered = works.map(async (work) => {
      await pause(this.#random.between(0, Math.ceil(this.#changeMs * 2)));
      return work();
    });
    return Promise.all([this.#timed(change), ...scattered]);
  }

  async #timed(change) {
    const began = performance.now();
    const answer = await change();
    this.#changeMs = performance.now() - began;
    return answer;
  }
}

function claimForeseen(words, foreseen, what) {
  claim(foreseen.includes(words), `${what} was answered ${words}`);
}

/** Two people who are known and one who is new come with the code of an owner who changes at that moment; then one more, too late. */
async function ownerChanges(stage, { name, rounds, random, admin, late }) {
  const seen = new Tally();
  const moments = new Moments(random);
  await inTurns(rounds, async () => {
    const [owner, ...invitees] = await signUpMany(stage, 3);
    const newcomer = await stage.challenge(newPhone());
    const { inviteCode, id } = owner.tokens.user;
    const change = () => OWNER_CHANGES[name](stage, owner, admin);
    const [changed, ...answers] = await moments.amid(change, [
      ...invitees.map((invitee) => () => activate(stage, invitee, inviteCode)),
      () => verifyInvited(stage, newcomer, inviteCode),
    ]);
    claimForeseen(worded(changed), ['200', '204'], `what makes an owner ${name}`);
    const words = answers.map(worded);
    words.forEach((each) => seen.add(each));
    words.slice(0, -1).forEach((each) => claimForeseen(each, ['200', LATE], `an activation (owner ${name})`));
    claimForeseen(words.at(-1), ['201', '201 referrals.code_retired'], `a sign-up (owner ${name})`);
    claimForeseen(worded(await activate(stage, late, inviteCode)), [LATE], `an activation after the owner was ${name}`);
    const written = await stage.value('SELECT count(*)::int FROM referrals WHERE inviter_id = $1', [id]);
    claim(
      written === words.filter(isThrough).length,
      `${written} edges are written where ${words.join(', ')} was answered`,
    );
  });
  seen.claimBoth(rounds);
  return `owner ${name}: ${seen}`;
}

/** Somebody comes with a code and deletes their account at that moment. */
async function inviteeDeletes(stage, { name, rounds, random, owner }) {
  const { ready, act, foreseen } = INVITEE_ACTS[name];
  const seen = new Tally();
  const moments = new Moments(random);
  const people = await signUpMany(stage, rounds);
  await ready(stage, people);
  await inTurns(rounds, async (round) => {
    const person = people[round];
    const come = () => act(stage, person, owner.tokens.user.inviteCode);
    const [deleted, answer] = await moments.amid(() => erase(stage, person), [come]);
    claimForeseen(worded(deleted), ['204'], 'a deletion');
    const words = worded(answer);
    claimForeseen(words, foreseen, `${name} while the account is deleted`);
    seen.add(words);
    const written = await codesActivatedBy(stage, [person]);
    claim(
      written.length === (isThrough(words) ? 1 : 0),
      `${written.length} edges are written where ${words} was answered`,
    );
  });
  seen.claimBoth(rounds);
  return `invitee deleted while ${name}: ${seen}`;
}

async function changesAtOnce(stage, { rounds, seed }) {
  const random = new Random(seed);
  const [admin, late, owner] = await signUpMany(stage, 3);
  await stage.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, [admin.tokens.user.id]);
  const before = await deadlocks(stage, admin);
  const facts = [];
  for (const name of Object.keys(OWNER_CHANGES))
    facts.push(await ownerChanges(stage, { name, rounds, random, admin, late }));
  for (const name of Object.keys(INVITEE_ACTS))
    facts.push(await inviteeDeletes(stage, { name, rounds, random, owner }));
  const met = (await deadlocks(stage, admin)) - before;
  claim(met === 0, `${met} deadlocks were broken`);
  return `${rounds} rounds of each: ${facts.join('; ')}; no deadlock; ${await claimSound(stage)}`;
}

/** Codes that are activated while their owner, or whoever activates them, is no longer what they were. */
export const referralChangeProofs = [
  {
    name: 'activations-amid-changes',
    open: openStage,
    prove: ({ stage, seed, short }) => changesAtOnce(stage, { rounds: short ? 6 : 200, seed }),
  },
];
