import { timestamp } from './copy.mjs';
import { Made } from './made.mjs';
import { people, sessionsOf } from './people.mjs';
import { randomOf } from './random.mjs';
import { activationsOf, treeOf } from './tree.mjs';
import { inviteCodes, phones } from './unique.mjs';

const COLUMNS = {
  users: `id, phone, email, username, first_name, last_name, search_name, search_name_reversed, city, telegram_id, locale,
    role, status, blocked_reason, created_at`,
  referral_links: 'code, user_id, created_at',
  inviters: 'user_id, invitees',
  referrals: 'invitee_id, inviter_id, ordinal, code, via, network, activated_at',
  sessions: `id, user_id, seed, counter, user_agent, masked_address, created_at, authenticated_at, last_seen_at,
    idle_expires_at, absolute_expires_at, ended_at, end_reason`,
};
/** Somebody types a code as often as somebody follows a link; one of five scans. */
const VIAS = ['typed', 'typed', 'link', 'link', 'qr'];

/** In the order in which they are written: rows refer to rows of the tables before. */
export const TABLES = Object.keys(COLUMNS);

/**
 * The rows of each table, made as they are read, so they must be read in the order of TABLES.
 * `searchNames` is the service's way to fold names.
 */
export function tablesOf(plan, searchNames) {
  const made = new Made(plan.count);
  const tree = treeOf(plan);
  const rows = {
    users: peopleRows(plan, made, searchNames),
    referral_links: linkRows(made),
    inviters: inviterRows(made, tree),
    referrals: referralRows(plan, made, tree),
    sessions: sessionRows(plan, made),
  };
  return TABLES.map((name) => ({ name, columns: COLUMNS[name].split(/,\s*/), rows: rows[name] }));
}

function* peopleRows(plan, made, searchNames) {
  const numbers = phones(plan.skip);
  const codes = inviteCodes(plan.skip);
  for (const { number, ...person } of people(plan)) {
    made.add(number - plan.skip, { ...person, code: codes.next().value });
    const { value: phone } = numbers.next();
    const { searchName, searchNameReversed } = searchNames(person.firstName, person.lastName);
    yield [
      ...[person.id, phone, person.email, person.username, person.firstName, person.lastName],
      ...[searchName, searchNameReversed, person.city, person.telegramId, person.locale],
      ...[person.role, person.status, person.blockedReason, timestamp(person.createdAt)],
    ];
  }
}

function* linkRows(made) {
  for (let index = 0; index < made.count; index += 1) {
    yield [made.code(index), made.id(index), timestamp(made.createdAt(index))];
  }
}

function* inviterRows(made, { inviteesOf }) {
  for (const [index, invitees] of inviteesOf.entries()) if (invitees > 0) yield [made.id(index), invitees];
}

function* referralRows(plan, made, tree) {
  const random = randomOf(`referrals ${plan.seed} ${plan.skip}`);
  for (const { invitee, inviter, ordinal, activatedAt } of activationsOf(tree, made, plan)) {
    const network = random.chance(0.9) ? `\\x${random.hex(32)}` : null;
    yield [
      ...[made.id(invitee), made.id(inviter), ordinal, made.code(inviter)],
      ...[random.oneOf(VIAS), network, timestamp(activatedAt)],
    ];
  }
}

function* sessionRows(plan, made) {
  const random = randomOf(`sessions ${plan.seed} ${plan.skip}`);
  for (let index = 0; index < made.count; index += 1) {
    const person = { id: made.id(index), number: plan.skip + index, createdAt: made.createdAt(index) };
    for (const session of sessionsOf(person, { random, until: plan.until })) {
      yield [
        ...[session.id, session.userId, `\\x${session.seed}`, session.counter],
        ...[session.userAgent, session.maskedAddress],
        ...[session.openedAt, session.openedAt, session.seenAt].map(timestamp),
        ...[session.idleExpiresAt, session.absoluteExpiresAt, session.endedAt].map(timestamp),
        session.endReason,
      ];
    }
  }
}
