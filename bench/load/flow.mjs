import { newPhone } from '../../test/proof/client.mjs';
import { anyAddress } from './people.mjs';

/** A sign-in from its first request to its profile: `{ phone, from, session }`. */
export async function signIn({ system, gateway, phone = newPhone() }, times) {
  const from = anyAddress();
  const since = performance.now();
  const challenge = await times.of('request', () => system.request(phone, from));
  const answeredAt = performance.now();
  const { code, at } = await gateway.codeTo(phone);
  times.note('sms', Math.max(0, at - answeredAt));
  const session = await times.of('verify', () => system.verify(phone, code, { challenge, from }));
  await times.of('me', () => system.me(session, from));
  times.note('flow', performance.now() - since);
  return { phone, from, session };
}

/** So many people who are signed in, to be measured with. */
export async function signedIn(count, stage) {
  const people = [];
  const lane = async () => {
    while (people.length < count) people.push(await signIn(stage, UNTIMED));
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return people;
}

export const UNTIMED = { of: (_, work) => work(), note: () => undefined };
