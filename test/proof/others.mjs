import { claim, until } from './claims.mjs';
import { newNetwork } from './client.mjs';

let addresses = 0;

/**
 * What people do who need no SMS, and how long each takes, in milliseconds: profiles read, sign-ins by e-mail, and the way of an e-mail from
 * being asked for to being handed over.
 * @param goesOn answers whether there is any sense in going on
 */
export async function loadOfOthers(stage, { people, amounts, goesOn }) {
  const since = await stage.value('SELECT clock_now()');
  const profile = async (nth) => {
    const { status } = await stage.client.get('/api/v1/users/me', people[nth % people.length].tokens.accessToken);
    claim(status === 200, `/users/me was answered ${status}`);
  };
  const [profiles, emails] = await Promise.all([
    timesOf(amounts.profiles, { work: profile, goesOn }),
    timesOf(amounts.emails, { work: () => signInByEmail(stage), goesOn }),
  ]);
  const rows = await stage.sql(
    `SELECT extract(epoch FROM settled_at - queued_at)::float8 * 1000 AS delay FROM messages
     WHERE channel = 'email' AND state = 'sent' AND queued_at >= $1`,
    [since],
  );
  return { profiles, emails, delays: rows.map(({ delay }) => delay) };
}

async function timesOf(number, { work, goesOn }) {
  const times = [];
  for (let nth = 0; nth < number && goesOn(); nth += 1) {
    const began = performance.now();
    await work(nth);
    times.push(performance.now() - began);
  }
  return times;
}

async function signInByEmail(stage) {
  const email = `person-${(addresses += 1)}@example.org`;
  const from = newNetwork();
  const asked = await stage.client.post('/auth/otp/request', { email }, { from });
  claim(asked.status === 202, `a request for a code by e-mail was answered ${asked.status} ${asked.body?.code}`);
  const code = await until(() => codeTo(stage, email), { what: 'an e-mail' });
  const { status } = await stage.client.verify(asked.body.challengeId, code, from);
  claim(status === 201, `a code by e-mail was answered ${status}`);
}

async function codeTo(stage, email) {
  const [message] = await stage.sql(`SELECT id FROM messages WHERE recipient = $1`, [email]);
  return message && stage.mailbox.codeIn(message.id);
}

export const p99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];
