import { atOnce, claim, count, tally } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { aPassword, GAP_SECONDS, login, register, signUp } from './people.mjs';
import { Stage } from './stage.mjs';

const CROWD = 100;

const refresh = (stage, refreshToken) => stage.client.post('/auth/token/refresh', { refreshToken });

const liveSessions = (stage, phone) =>
  stage.value(
    'SELECT count(*)::int FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone = $1 AND s.ended_at IS NULL',
    [phone],
  );

async function refreshesAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const { phone, tokens } = await signUp(stage);
    const answers = await atOnce(CROWD, () => refresh(stage, tokens.refreshToken));
    claim(count(answers, 200) === CROWD, `round ${round}: ${tally(answers)} instead of ${CROWD}×200`);
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    claim(successors.size === 1, `round ${round}: ${successors.size} different successors`);
    claim(!successors.has(tokens.refreshToken), `round ${round}: the token was not rotated`);
    const [successor] = successors;
    const next = await refresh(stage, successor);
    claim(next.status === 200, `round ${round}: the successor was answered ${next.status} ${next.body?.code}`);
    const live = await liveSessions(stage, phone);
    claim(live === 1, `round ${round}: ${live} sessions are live`);
  }
  return `${rounds} rounds of ${CROWD} refreshes of one token: one successor, which works, and one session`;
}

async function oldTokenAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const { phone, tokens } = await signUp(stage);
    const second = (await refresh(stage, tokens.refreshToken)).body;
    await refresh(stage, second.refreshToken);
    const answers = await atOnce(10, () => refresh(stage, tokens.refreshToken));
    claim(count(answers, 401) === 10, `round ${round}: ${tally(answers)} instead of 10×401`);
    const told = answers.filter(({ body }) => body.code === 'sessions.refresh_token_reused').length;
    claim(told === 1, `round ${round}: ${told} answers tell of the reuse`);
    const live = await liveSessions(stage, phone);
    claim(live === 0, `round ${round}: ${live} sessions survived`);
  }
  return `${rounds} rounds of 10 uses of a token two generations old: the session ended, once`;
}

async function registrationsAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const phone = newPhone();
    const first = await register(stage, { phone, password: aPassword(1) });
    await stage.passTime(GAP_SECONDS);
    const second = await register(stage, { phone, password: aPassword(2), nth: 2 });
    const both = [first, second];
    const answers = await Promise.all(
      both.map(({ challengeId, code, from }) => stage.client.verify(challengeId, code, from)),
    );
    claim(count(answers, 201) === 1 && count(answers, 410) === 1, `round ${round}: ${tally(answers)}`);
    const winner = answers.findIndex(({ status }) => status === 201);
    const logins = await Promise.all(both.map(({ password }) => login(stage, { username: phone, password })));
    const right = logins[winner].status === 200 && logins[1 - winner].status === 401;
    claim(
      right,
      `round ${round}: the winner’s password is answered ${logins[winner].status}, the other’s ${logins[1 - winner].status}`,
    );
  }
  return `${rounds} rounds of two registrations of one phone confirmed at once: one person, with the password that was confirmed`;
}

async function confirmationsAtOnce(stage, rounds) {
  for (let round = 1; round <= rounds; round += 1) {
    const [anna, boris, phone] = [await signUp(stage), await signUp(stage), newPhone()];
    const first = await askForContact(stage, { person: anna, phone });
    await stage.passTime(GAP_SECONDS);
    const second = await askForContact(stage, { person: boris, phone, nth: 2 });
    const answers = await Promise.all(
      [first, second].map(({ token, body }) => stage.client.post('/users/me/contacts/confirm', body, { token })),
    );
    claim(count(answers, 200) === 1 && count(answers, 409) === 1, `round ${round}: ${tally(answers)}`);
    const code = answers.find(({ status }) => status === 409).body.code;
    claim(code === 'users.contact_taken', `round ${round}: the loser is told ${code}`);
    const owners = await stage.value('SELECT count(*)::int FROM users WHERE phone = $1', [phone]);
    claim(owners === 1, `round ${round}: ${owners} people have the phone`);
  }
  return `${rounds} rounds of two people confirming one phone at once: one has it, the other is told that it is taken`;
}

async function askForContact(stage, { person, phone, nth = 1 }) {
  const token = person.tokens.accessToken;
  const asked = await stage.client.post('/users/me/contacts', { phone }, { from: newNetwork(), token });
  claim(asked.status === 202, `asking to change the phone was answered ${asked.status} ${asked.body?.code}`);
  return { token, body: { challengeId: asked.body.challengeId, code: await stage.gateway.codeTo(phone, { nth }) } };
}

async function blockInABurst(stage, rounds) {
  let late = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const [admin, person] = [await signUp(stage), await signUp(stage)];
    await stage.sql(`UPDATE users SET role = 'admin' WHERE phone = $1`, [admin.phone]);
    const seen = [];
    const ask = async () => {
      const began = performance.now();
      const { status } = await stage.client.get('/api/v1/users/me', person.tokens.accessToken);
      seen.push({ began, status });
    };
    const before = Array.from({ length: CROWD }, ask);
    const path = `/users/${person.tokens.user.id}`;
    const blocked = await stage.client.patch(path, { status: 'blocked' }, { token: admin.tokens.accessToken });
    const answered = performance.now();
    claim(blocked.status === 200, `blocking was answered ${blocked.status} ${blocked.body?.code}`);
    await Promise.all([...before, ...Array.from({ length: CROWD }, ask)]);
    const after = seen.filter(({ began }) => began > answered);
    late += after.length;
    claim(
      after.every(({ status }) => status === 401),
      `round ${round}: after the block ${tally(after)}`,
    );
    const again = await refresh(stage, person.tokens.refreshToken);
    claim(again.status === 401, `round ${round}: a blocked person refreshed: ${again.status}`);
  }
  return `${rounds} rounds: none of ${late} requests that began after the block was answered came through`;
}

const openStage = ({ cluster }) => Stage.open(cluster, { apis: 2, workers: 1 });

/** What people do to their accounts at the same moment, at two processes. */
export const accountProofs = [
  { name: 'refreshes-at-once', rounds: { full: 20, short: 3 }, run: refreshesAtOnce },
  { name: 'old-refresh-token-at-once', rounds: { full: 20, short: 3 }, run: oldTokenAtOnce },
  { name: 'registrations-at-once', rounds: { full: 20, short: 3 }, run: registrationsAtOnce },
  { name: 'confirmations-at-once', rounds: { full: 20, short: 3 }, run: confirmationsAtOnce },
  { name: 'block-in-a-burst', rounds: { full: 20, short: 3 }, run: blockInABurst },
].map(({ name, rounds, run }) => ({
  name,
  open: openStage,
  prove: ({ stage, short }) => run(stage, short ? rounds.short : rounds.full),
}));
