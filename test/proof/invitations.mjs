import { setTimeout as pause } from 'node:timers/promises';
import { atOnce, claim, inTurns } from './claims.mjs';
import { GAP_SECONDS } from './people.mjs';
import { Stage } from './stage.mjs';

/** How long a process of PostgreSQL keeps what it counted to itself, at most, before it does something else. */
const COUNTS_KEPT_MS = 1_100;

export const openStage = ({ cluster }) => Stage.open(cluster, { apis: 2, workers: 1 });

export const activate = (stage, { tokens, from }, inviteCode) =>
  stage.client.post('/referrals/activate', { inviteCode }, { from, token: tokens.accessToken });

/** Answers a challenge and brings an invite code with it. */
export const verifyInvited = (stage, { challengeId, code, from }, inviteCode) =>
  stage.client.post('/auth/otp/verify', { challengeId, code, inviteCode }, { from });

/** Makes each of the people ready to sign in again: their `challenge`. */
export async function askAgain(stage, people) {
  await stage.passTime(GAP_SECONDS);
  await inTurns(people.length, async (index) => {
    const { phone, from } = people[index];
    people[index].challenge = await stage.challenge(phone, { nth: 2, from });
  });
}

/** Why a code was refused, undefined when it was not, and the code that the person has activated as far as the answer tells. */
const outcome = (refusal, activated) => ({ refusal, activated });

/** The two ways for somebody who is known to come by a code. */
export const WAYS = {
  async activation(stage, person, inviteCode) {
    const { status, body } = await activate(stage, person, inviteCode);
    claim(status === 200 || status === 409, `an activation was answered ${status} ${body?.code}`);
    return status === 200 ? outcome(undefined, body.inviteCode) : outcome(body.code, body.activatedInviteCode);
  },
  async signIn(stage, { challenge }, inviteCode) {
    const { status, body } = await verifyInvited(stage, challenge, inviteCode);
    claim(status === 200, `a sign-in with an invite code was answered ${status} ${body?.code}`);
    return outcome(body.inviteProblem?.code, body.user.activatedInviteCode ?? undefined);
  },
};

/** What went through, and what was refused. */
export function parted(outcomes) {
  const through = outcomes.filter(({ refusal }) => refusal === undefined);
  const refused = outcomes.filter(({ refusal }) => refusal !== undefined);
  const told = `${through.length} through, refused: ${refused.map(({ refusal }) => refusal).join(', ') || 'none'}`;
  return { through, refused, told };
}

/** The codes that people have activated, in rows. */
export const codesActivatedBy = async (stage, people) => {
  const ids = people.map(({ tokens }) => tokens.user.id);
  const rows = await stage.sql('SELECT code FROM referrals WHERE invitee_id = ANY ($1)', [ids]);
  return rows.map(({ code }) => code);
};

export const edges = (stage) => stage.value('SELECT count(*)::int FROM referrals');

// Everybody has one inviter, so whoever cannot be reached from somebody without one stands in a ring, or under it.
const IN_RINGS = `
  WITH RECURSIVE reached (id) AS (
    SELECT DISTINCT inviter_id FROM referrals WHERE inviter_id NOT IN (SELECT invitee_id FROM referrals)
    UNION ALL
    SELECT invitee_id FROM reached JOIN referrals ON inviter_id = reached.id)
  SELECT count(*)::int FROM referrals WHERE invitee_id NOT IN (SELECT id FROM reached)`;

const MISCOUNTED = `
  SELECT count(*)::int FROM inviters counter FULL JOIN (
    SELECT inviter_id, count(*) AS edges, count(DISTINCT ordinal) AS ordinals, min(ordinal) AS first, max(ordinal) AS last
    FROM referrals GROUP BY inviter_id) AS counted ON counted.inviter_id = counter.user_id
  WHERE (counter.invitees = edges AND edges = ordinals AND first = 1 AND last = edges) IS NOT TRUE`;

const REMEMBERED_OF_THE_DELETED = `
  SELECT count(*)::int FROM referrals JOIN users ON id = invitee_id WHERE status = 'deleted' AND network IS NOT NULL`;

/** Claims what holds of all that was ever activated on a stage; answers it in words. */
export async function claimSound(stage) {
  const inRings = await stage.value(IN_RINGS);
  claim(inRings === 0, `${inRings} people were invited by themselves, over others`);
  const miscounted = await stage.value(MISCOUNTED);
  claim(miscounted === 0, `${miscounted} inviters have other numbers than 1, 2, 3, … up to their count`);
  const remembered = await stage.value(REMEMBERED_OF_THE_DELETED);
  claim(remembered === 0, `of ${remembered} deleted people it is known from where they activated a code`);
  return `no ring and every count right over ${await edges(stage)} edges`;
}

/** How many deadlocks PostgreSQL has broken in the stage's database. */
export async function deadlocks(stage, { tokens }) {
  await pause(COUNTS_KEPT_MS);
  // Each process reports when it has something to do.
  await atOnce(200, () => stage.client.get('/api/v1/users/me', tokens.accessToken));
  return stage.value('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()');
}
