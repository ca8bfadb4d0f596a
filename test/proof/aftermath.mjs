import { claim, count, inTurns, tally, tallyOfKinds, until } from './claims.mjs';

/** Longer than any claim lasts, and than a code lives: whatever was on its way has ended. */
const ABANDONED_SECONDS = 3_600;

/** What was answered 2xx is still true, and a code that was accepted before is not accepted again. @param accepted of a load */
export async function claimNothingLost(stage, accepted) {
  const again = await inTurns(accepted.length, async (nth) => {
    const { challengeId, code, from, token } = accepted[nth];
    const me = await stage.client.get('/api/v1/users/me', token);
    return { me, verify: await stage.client.verify(challengeId, code, from) };
  });
  const [me, verify] = [again.map((each) => each.me), again.map((each) => each.verify)];
  claim(count(me, 200) === accepted.length, `tokens afterwards: ${tally(me)}`);
  claim(count(verify, 410) === accepted.length, `used codes afterwards: ${tally(verify)}`);
}

/** Nobody was answered worse than 503, and that said when to come again; every request was answered. @param traffic a Traffic */
export function claimOnlyUnavailable(traffic) {
  claim(traffic.allLost === 0, `${traffic.allLost} of ${traffic.summary} were not answered`);
  claim(traffic.failures.length === 0, `${tallyOfKinds(traffic.failures)} among ${traffic.summary}`);
  const away = traffic.all.filter(({ status }) => status === 503);
  const mute = away.filter(({ headers }) => !(Number(headers['retry-after']) > 0)).length;
  claim(mute === 0, `${mute} answers 503 without Retry-After`);
}

export async function claimOneOfEach(stage) {
  const [{ sessions, codes }] = await stage.sql(`
    SELECT count(*) FILTER (WHERE (SELECT count(*) FROM sessions s WHERE s.user_id = u.id) <> 1)::int AS sessions,
           count(*) FILTER (WHERE (SELECT count(*) FROM referral_links l WHERE l.user_id = u.id) <> 1)::int AS codes
    FROM users u`);
  claim(
    sessions === 0 && codes === 0,
    `${sessions} people without exactly one session, ${codes} without one invite code`,
  );
}

/**
 * Every message that was answered with 202 is there and came to an end, reached the gateway at most once, and did not reach it only
 * where nobody can know whether it did. Answers how many those are. It passes an hour.
 * @param asked of a load
 */
export async function claimNoMessageLost(stage, asked) {
  const left = () => stage.value('SELECT count(*) = 0 FROM outbox WHERE claimed_at IS NULL');
  await until(left, { what: 'the sending of what waits' });
  await stage.passTime(ABANDONED_SECONDS);
  const none = () => stage.value('SELECT count(*) = 0 FROM outbox');
  await until(none, { what: 'the end of all messages', seconds: 20 });
  const phones = asked.map(({ phone }) => phone);
  const rows = await stage.sql('SELECT recipient, state FROM messages WHERE recipient = ANY ($1)', [phones]);
  const missing = phones.length - new Set(rows.map(({ recipient }) => recipient)).size;
  claim(missing === 0, `${missing} messages that were answered with 202 are nowhere`);
  claim(stage.gateway.repeated === 0, `the gateway saw ${stage.gateway.repeated} messages again`);
  const silent = rows.filter(({ recipient }) => stage.gateway.messagesTo(recipient).length === 0);
  const lost = silent.filter(({ state }) => state !== 'ambiguous');
  claim(lost.length === 0, `${lost.length} messages never came and are ${lost[0]?.state}`);
  return silent.length;
}

/** No connection of the service stays in a transaction, waits, or is there beyond its pools; nothing stays locked. */
export async function claimNothingLeaked(stage, { processes, pool }) {
  const clean = async () => {
    const [{ open, busy, locks }] = await stage.sql(`
      SELECT count(*)::int AS open, count(*) FILTER (WHERE state <> 'idle')::int AS busy,
             (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')::int AS locks
      FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'latchkey%'`);
    // Two of each process carry notifications.
    return busy === 0 && locks === 0 && open <= processes * (pool + 2);
  };
  await until(clean, { what: 'an end of every transaction, lock and connection that is too many' });
}
