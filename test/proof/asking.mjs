import { claim, until } from './claims.mjs';

export const HOUR_SECONDS = 3_600;

/** What refused a request for a code: the name of the limit, else the code of the problem; `sent` when nothing did. */
export function reasonOf({ status, headers, body }) {
  if (status === 202) return 'sent';
  const [, policy] = /^"([^"]+)"/.exec(headers['ratelimit-policy'] ?? '') ?? [];
  return policy ?? body?.code ?? `status ${status}`;
}

/** Asks for one code: the ask with its `answer` and `reason`. */
export async function ask(stage, { phone, from, ...rest }) {
  const answer = await stage.client.requestCode(phone, from);
  return { phone, from, ...rest, answer, reason: reasonOf(answer) };
}

/** Asks for all of these codes at once. */
export const askAll = (stage, asks) => Promise.all(asks.map((each) => ask(stage, each)));

export const sentOf = (asked) => asked.filter(({ reason }) => reason === 'sent');

/** How often each reason stands in them, e.g. `30×sent 30×otp-network`. */
export function reasons(asked) {
  const counts = new Map();
  for (const { reason } of asked) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count}×${reason}`).join(' ');
}

/** Whoever is refused is told by 429 or by 503, and when to come again. */
export function claimTold(asked) {
  for (const { answer, reason } of asked.filter((each) => each.reason !== 'sent')) {
    const foreseen = answer.status === 429 || (answer.status === 503 && reason === 'sms.unavailable');
    claim(foreseen, `a request was answered ${answer.status} ${reason}`);
    claim(Number(answer.headers['retry-after']) >= 1, `${answer.status} ${reason} without Retry-After`);
  }
}

/** Asks by what they have in common. */
export function grouped(asked, keyOf) {
  const groups = new Map();
  for (const each of asked) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

export const blockOf = ({ phone }) => phone.slice(0, -4);

/** Every message that was asked for is at the gateway. */
export async function carried(stage) {
  const none = () => stage.value('SELECT count(*) = 0 FROM outbox');
  await until(async () => stage.gateway.open === 0 && (await none()), { what: 'the end of all messages', seconds: 60 });
}

/** The gateway has exactly as many messages to these phones as were answered with 202. */
export async function claimCarried(stage, asked) {
  await carried(stage);
  const phones = new Set(asked.map(({ phone }) => phone));
  const arrived = [...phones].reduce((sum, phone) => sum + stage.gateway.messagesTo(phone).length, 0);
  const sent = sentOf(asked).length;
  claim(arrived === sent, `${sent} requests were answered 202, and ${arrived} messages reached the gateway`);
}

/** So many contacts are known by now: the people who answered are remembered a moment later. */
export async function remembered(stage, contacts) {
  const all = async () =>
    (await stage.value('SELECT count(DISTINCT contact)::int FROM otp_known_networks')) >= contacts;
  await until(all, { what: 'the memory of those who signed in' });
}

/** Goes to the first instant of the next hour or day (UTC), or to some seconds before it. */
export async function passToNext(stage, unit, { before = 0 } = {}) {
  const left = `extract(epoch FROM date_trunc('${unit}', clock_now(), 'UTC') + interval '1 ${unit}' - clock_now())`;
  await stage.passTime(Number(await stage.value(`SELECT ${left}::float8`)) - before);
}
