import { createHash } from 'node:crypto';
import type { TestApp } from './app.js';
import { type InvitedFacts, makeInvited } from './invited.js';

export interface EdgeFacts extends Pick<InvitedFacts, 'at' | 'via'> {
  /** Any text that stands for a network. */
  readonly network?: string;
}

const ADD_EDGE = `
  WITH counted AS (
    INSERT INTO inviters AS counter (user_id, invitees) VALUES ($1, 1)
    ON CONFLICT (user_id) DO UPDATE SET invitees = counter.invitees + 1 RETURNING invitees)
  INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, activated_at)
  SELECT $2, $1, invitees, (SELECT code FROM referral_links WHERE user_id = $1 LIMIT 1), $3, coalesce($4, clock_now())
  FROM counted`;

const SET_NETWORKS = `
  UPDATE referrals SET network = given.network FROM unnest($1::uuid[], $2::bytea[]) AS given (id, network)
  WHERE invitee_id = given.id`;

/** Lets somebody have invited somebody who is there, at a time of the test's choice, past the application and its rules. */
export async function addEdge(
  world: Pick<TestApp, 'sql'>,
  [inviterId, inviteeId]: readonly [string, string],
  { at, via = 'typed' }: Omit<EdgeFacts, 'network'> = {},
): Promise<void> {
  await world.sql(ADD_EDGE, [inviterId, inviteeId, via, at ?? null]);
}

/** As {@link makeInvited}, also with the networks from which the code was activated; answers the ids. */
export async function addInvitees(
  world: Pick<TestApp, 'sql'>,
  inviterId: string,
  facts: readonly EdgeFacts[],
): Promise<string[]> {
  const ids = (await makeInvited(world, inviterId, facts)).map(({ id }) => id);
  const networks = facts.map(({ network }) => (network === undefined ? null : hashOf(network)));
  await world.sql(SET_NETWORKS, [ids, networks]);
  return ids;
}

/** What the API shows of a network. */
export const shownNetwork = (network: string): string => hashOf(network).toString('hex').slice(0, 8);

const hashOf = (network: string): Buffer => createHash('sha256').update(network).digest();
