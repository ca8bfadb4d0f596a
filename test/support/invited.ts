import { newId } from '../../src/common/crypto.js';
import { newInviteCode } from '../../src/modules/referrals/invite-code.js';
import type { TestApp } from './app.js';

export interface InvitedFacts {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly via?: 'typed' | 'link' | 'qr';
  /** When they registered and activated the code; now when left out. */
  readonly at?: Date;
}

export interface Invited {
  readonly id: string;
  readonly phone: string;
  readonly inviteCode: string;
}

let phones = 0;

/** In Kazakhstan, where nobody else of the tests has one. */
function nextPhone(): string {
  phones += 1;
  return `+7701${String(phones).padStart(7, '0')}`;
}

/** One statement for any number of people, and the counter of their inviter as the application keeps it. */
const INVITE = `
  WITH fresh AS (
    SELECT id, phone, code, first_name, last_name, via, coalesce(at, clock_now()) AS at, place
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
      WITH ORDINALITY AS person (id, phone, code, first_name, last_name, via, at, place)),
  people AS (
    INSERT INTO users (id, phone, first_name, last_name, created_at)
    SELECT id, phone, first_name, last_name, at FROM fresh),
  links AS (INSERT INTO referral_links (code, user_id, created_at) SELECT code, id, at FROM fresh),
  counted AS (
    INSERT INTO inviters AS inviter (user_id, invitees) SELECT $1, count(*) FROM fresh
    ON CONFLICT (user_id) DO UPDATE SET invitees = inviter.invitees + excluded.invitees
    RETURNING invitees - (SELECT count(*) FROM fresh) AS before)
  INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, activated_at)
  SELECT id, $1, before + place, own.code, via, at
  FROM fresh, counted, (SELECT code FROM referral_links WHERE user_id = $1 AND retired_at IS NULL) AS own`;

/**
 * Lets people register and activate the code of somebody who has one, past the application: for what needs many of them, or another
 * time. They come in this order, and their ordinals follow those before.
 * @param people how many, or what is known of each
 */
export async function makeInvited(
  world: Pick<TestApp, 'sql'>,
  inviterId: string,
  people: number | readonly InvitedFacts[],
): Promise<Invited[]> {
  const facts: readonly InvitedFacts[] =
    typeof people === 'number' ? Array.from({ length: people }, () => ({})) : people;
  const links = await world.sql<{ code: string }>('SELECT code FROM referral_links');
  const taken = new Set(links.map(({ code }) => code));
  const invited = facts.map(() => ({ id: newId(), phone: nextPhone(), inviteCode: codeBeside(taken) }));
  await world.sql(INVITE, [
    inviterId,
    invited.map(({ id }) => id),
    invited.map(({ phone }) => phone),
    invited.map(({ inviteCode }) => inviteCode),
    facts.map(({ firstName }) => firstName ?? null),
    facts.map(({ lastName }) => lastName ?? null),
    facts.map(({ via }) => via ?? 'typed'),
    facts.map(({ at }) => at?.toISOString() ?? null),
  ]);
  return invited;
}

/** Among tens of thousands of draws some are equal. */
function codeBeside(taken: Set<string>): string {
  const drawn = newInviteCode();
  if (taken.has(drawn)) return codeBeside(taken);
  taken.add(drawn);
  return drawn;
}
