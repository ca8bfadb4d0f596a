/**
 * What the scripts of requests call by name. These functions run in Postman, never here: a script that calls one is given
 * its source (see scripts.mjs), so they may use each other, `pm`, and nothing else of this project.
 */

/** The name of a variable of somebody: `accessToken` of oneself, `friendAccessToken` of the friend. */
export function ofPerson(who, name) {
  return who === 'me' ? name : who + name[0].toUpperCase() + name.slice(1);
}

export function keep(name, value) {
  pm.collectionVariables.set(name, value);
}

export function kept(name) {
  return pm.collectionVariables.get(name);
}

/** Keeps the challenge, and the moment after which its message was written. */
export function keepChallenge() {
  keep('challengeId', pm.response.json().challengeId);
  // By the clock of the server, which tells whole seconds; another message to the same contact is at least 20 s older.
  const answeredAt = Date.parse(pm.response.headers.get('Date'));
  keep('since', new Date(answeredAt - 5_000).toISOString());
}

/** Takes the code out of the message that has come; `wrongCode` is as long, and another. */
export function keepCode() {
  const { message } = pm.response.json();
  pm.test('a message with a code has come', () => pm.expect(message?.code).to.match(/^\d{4,8}$/));
  keep('code', message?.code);
  keep('wrongCode', message?.code.replace(/\d/g, (digit) => (Number(digit) + 1) % 10));
}

/** @param who whose tokens these are: me, friend, email or admin */
export function keepTokens(who) {
  const tokens = pm.response.json();
  keep(ofPerson(who, 'accessToken'), tokens.accessToken);
  keep(ofPerson(who, 'refreshToken'), tokens.refreshToken);
  keep(ofPerson(who, 'expiresAt'), Date.now() + tokens.expiresIn * 1_000);
}

/** Tokens of a sign-in, and who signed in by it. */
export function keepPerson(who) {
  const { isNewUser, user } = pm.response.json();
  keepTokens(who);
  keep(ofPerson(who, 'userId'), user.id);
  keep(ofPerson(who, 'inviteCode'), user.inviteCode);
  pm.test('201 is for new people only', () => pm.expect(pm.response.code === 201).to.equal(isNewUser));
}

export function forgetPerson(who) {
  for (const name of ['accessToken', 'refreshToken', 'expiresAt', 'userId', 'inviteCode']) {
    pm.collectionVariables.unset(ofPerson(who, name));
  }
}

/**
 * Whether the answer only says to ask again later: two messages to one contact are at least 20 s apart. Then this waits,
 * and the request comes next once more; where no collection runs, whoever clicks sends it again.
 */
export function comesAgainLater() {
  const seconds = Number(pm.response.headers.get('Retry-After'));
  const tries = Number(kept('tries') ?? 0);
  const waits = pm.response.code === 429 && seconds <= 30 && tries < 3;
  keep('tries', waits ? tries + 1 : 0);
  if (!waits) return false;
  console.log(`A message went to this contact a moment ago: once more in ${seconds} s.`);
  // Postman waits for timers.
  setTimeout(() => undefined, seconds * 1_000);
  pm.execution.setNextRequest(pm.info.requestId);
  return true;
}

/** Sends the token of the environment where there is one: without it the route is open, as in development. */
export function sendOwnToken(name) {
  const token = pm.environment.get(name);
  if (token) pm.request.headers.upsert({ key: 'Authorization', value: `Bearer ${token}` });
}

export function skipUnlessAdmin() {
  if (kept('adminRole') === 'admin') return;
  console.warn('Skipped: whoever signed in as {{adminEmail}} is no administrator here.');
  pm.execution.skipRequest();
}
