import { claim, inTurns } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';

/** Longer than the gap between two messages to one contact. */
export const GAP_SECONDS = 21;
/** Nobody's, and none that a list of common ones has. */
export const aPassword = (nth) => `Xk7-vqr-${nth}-lomped`;

/** Signs somebody up by a code: `{ phone, from, tokens }`. */
export async function signUp(stage, phone = newPhone()) {
  const { challengeId, code, from } = await stage.challenge(phone);
  const { status, body } = await stage.client.verify(challengeId, code, from);
  claim(status === 201, `signing up was answered ${status} ${body?.code}`);
  return { phone, from, tokens: body };
}

/** Signs up so many people who never met. */
export const signUpMany = (stage, number) => inTurns(number, () => signUp(stage), { lanes: 30 });

/** Asks to register with a password: `{ challengeId, code, password, phone, from }`. */
export async function register(stage, { phone = newPhone(), password, nth = 1 }) {
  const from = newNetwork();
  const { status, body } = await stage.client.post('/auth/register', { phone, password }, { from });
  claim(status === 202, `registering was answered ${status} ${body?.code}`);
  const code = await stage.gateway.codeTo(phone, { nth });
  return { challengeId: body.challengeId, code, password, phone, from };
}

/** Registers somebody with a password and signs them in. */
export async function signUpWithPassword(stage, password) {
  const { challengeId, code, phone, from } = await register(stage, { password });
  const { status, body } = await stage.client.verify(challengeId, code, from);
  claim(status === 201, `registering was confirmed with ${status} ${body?.code}`);
  return { phone, from, password, tokens: body };
}

export const login = (stage, { username, password, from = newNetwork() }) =>
  stage.client.post('/auth/login', { username, password }, { from });
