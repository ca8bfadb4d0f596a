import { createHash } from 'node:crypto';
import { newId } from '../../src/common/crypto.js';

type Sql = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface EdgeFacts {
  /** Now when left out. */
  readonly at?: Date;
  readonly via?: 'typed' | 'link' | 'qr';
  /** Any text that stands for a network. */
  readonly network?: string;
}

const ADD_EDGE = `
  WITH counted AS (
    INSERT INTO inviters AS counter (user_id, invitees) VALUES ($1, 1)
    ON CONFLICT (user_id) DO UPDATE SET invitees = counter.invitees + 1 RETURNING invitees)
  INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network, activated_at)
  SELECT $2, $1, invitees, (SELECT code FROM referral_links WHERE user_id = $1 LIMIT 1), $3, $4, coalesce($5, clock_now())
  FROM counted`;

/** What {@link hashOf} a network begins with in the answers of the API. */
export const shownNetwork = (network: string): string => hashOf(network).toString('hex').slice(0, 8);

/** Lets somebody have invited somebody, at a time and from a network of the test's choice. The rules of activating are not asked. */
export async function addEdge(
  sql: Sql,
  inviterId: string,
  inviteeId: string,
  { at, via = 'typed', network }: EdgeFacts = {},
): Promise<void> {
  await sql(ADD_EDGE, [inviterId, inviteeId, via, network === undefined ? null : hashOf(network), at ?? null]);
}

/** Lets somebody have invited somebody new, who has an invite code and no contact; answers their id. */
export async function addInvitee(sql: Sql, inviterId: string, facts?: EdgeFacts): Promise<string> {
  const id = newId();
  await sql('INSERT INTO users (id) VALUES ($1)', [id]);
  await sql('INSERT INTO referral_links (code, user_id) VALUES ($1, $2)', [`INVITE ${id}`, id]);
  await addEdge(sql, inviterId, id, facts);
  return id;
}

/** One new invitee for each of the facts, one after the other; answers their ids. */
export async function addInvitees(sql: Sql, inviterId: string, facts: readonly EdgeFacts[]): Promise<string[]> {
  const ids: string[] = [];
  for (const each of facts) ids.push(await addInvitee(sql, inviterId, each));
  return ids;
}

const hashOf = (network: string): Buffer => createHash('sha256').update(network).digest();
