import { inLatin, nameOf } from './names.mjs';
import { randomOf, uuidAt } from './random.mjs';

const DAY_MS = 24 * 3_600_000;
const YEARS_MS = 2 * 365 * DAY_MS;
/** A session lives 90 days, or 30 without being used. */
const ABSOLUTE_MS = 90 * DAY_MS;
const IDLE_MS = 30 * DAY_MS;

const CITIES = [
  'Москва',
  'Санкт-Петербург',
  'Казань',
  'Екатеринбург',
  'Новосибирск',
  'Самара',
  'Омск',
  'Berlin',
  'London',
];
const MAIL_HOSTS = ['example.com', 'example.org', 'mail.example'];
const REASONS = ['spam', 'complaints of others', 'asked for it'];
const USER_AGENTS = [
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'okhttp/4.12.0',
];

/**
 * The same people each time for the same seed, the oldest first, spread over the two years before `until` (milliseconds).
 * `skip` people of this seed are there already.
 */
export function* people({ count, skip, seed, until }) {
  const random = randomOf(`people ${seed} ${skip}`);
  const step = YEARS_MS / count;
  for (let index = 0; index < count; index += 1) {
    const createdAt = until - YEARS_MS + (index + random.below(1_000) / 1_000) * step;
    yield { id: uuidAt(createdAt, random), number: skip + index, createdAt, ...describe(random, skip + index) };
  }
}

/** Seven of ten have told their name; among 5 000 there is a moderator, among 50 000 an admin, among 2 500 somebody blocked. */
function describe(random, number) {
  const { first, last, locale } = nameOf(random);
  const tag = number.toString(36);
  const maybe = (share, value) => (random.chance(share) ? value : null);
  const firstName = maybe(0.7, first);
  return {
    firstName,
    lastName: firstName && maybe(0.85, last),
    email: maybe(0.35, `${inLatin(first)}.${inLatin(last)}.${tag}@${random.oneOf(MAIL_HOSTS)}`),
    username: maybe(0.3, `${inLatin(first)}_${tag}`),
    city: maybe(0.4, random.oneOf(CITIES)),
    telegramId: maybe(0.1, String(100_000_000 + number)),
    locale: maybe(0.8, locale),
    role: roleOf(number),
    ...(number % 2_500 === 7
      ? { status: 'blocked', blockedReason: random.oneOf(REASONS) }
      : { status: 'active', blockedReason: null }),
  };
}

function roleOf(number) {
  if (number % 50_000 === 3) return 'admin';
  return number % 5_000 === 5 ? 'moderator' : 'user';
}

/** One and a half sessions on average, begun in the last 90 days; one of ten was ended by signing out. */
export function* sessionsOf({ id, number, createdAt }, { random, until }) {
  for (let index = 0; index <= number % 2; index += 1) {
    const openedAt = Math.max(createdAt, until - random.below(ABSOLUTE_MS));
    const seenAt = openedAt + random.below(until - openedAt);
    const isEnded = random.chance(0.1);
    yield {
      id: uuidAt(openedAt, random),
      userId: id,
      seed: random.hex(64),
      counter: Math.floor((seenAt - openedAt) / DAY_MS),
      userAgent: isEnded ? null : random.oneOf(USER_AGENTS),
      maskedAddress: isEnded ? null : `${1 + random.below(223)}.${random.below(256)}.${random.below(256)}.*`,
      openedAt,
      seenAt,
      idleExpiresAt: seenAt + IDLE_MS,
      absoluteExpiresAt: openedAt + ABSOLUTE_MS,
      endedAt: isEnded ? seenAt : null,
      endReason: isEnded ? 'logged_out' : null,
    };
  }
}
