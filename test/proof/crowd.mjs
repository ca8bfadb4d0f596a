import { ask, HOUR_SECONDS, remembered, sentOf } from './asking.mjs';
import { claim, inTurns } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { openReplicas } from './limits.mjs';

/** So many are between asking and answering at any moment, of the thirty that a network may have unanswered. */
const AT_A_TIME = 25;

/**
 * An office, or an operator that has one address for all its customers: people come in waves through an hour, and each answers.
 * Then they come with a second device, as people who are known.
 */
async function honestCrowd(stage, people) {
  const from = newNetwork();
  const phones = Array.from({ length: people }, () => newPhone());
  const known = await stage.value('SELECT count(DISTINCT contact)::int FROM otp_known_networks');
  await throughAnHour(stage, phones, (phone) => signIn(stage, { phone, from, nth: 1, status: 201 }));
  await remembered(stage, known + people);
  await throughAnHour(stage, phones, (phone) => signIn(stage, { phone, from, nth: 2, status: 200 }));
  return `${people} people behind one address sign in within an hour, ${AT_A_TIME} at a time, and again with another device: none is refused`;
}

async function throughAnHour(stage, phones, work) {
  const waves = Math.ceil(phones.length / AT_A_TIME);
  for (let wave = 0; wave < waves; wave += 1) {
    const those = phones.slice(wave * AT_A_TIME, (wave + 1) * AT_A_TIME);
    await inTurns(those.length, (nth) => work(those[nth]), { lanes: AT_A_TIME });
    // All of them are within an hour, so that none is forgotten for its age.
    await stage.passTime(Math.floor((HOUR_SECONDS / waves) * 0.9));
  }
}

async function signIn(stage, { phone, from, nth, status }) {
  const asked = await ask(stage, { phone, from });
  claim(sentOf([asked]).length === 1, `one of the crowd was refused a code: ${asked.reason}`);
  const code = await stage.gateway.codeTo(phone, { nth });
  const answer = await stage.client.verify(asked.answer.body.challengeId, code, from);
  claim(answer.status === status, `a right code was answered ${answer.status} ${answer.body?.code}`);
}

/** Many people behind one address, who do nothing but sign in. */
export const crowdProofs = [
  {
    name: 'honest-crowd',
    open: openReplicas,
    prove: ({ stage, short }) => honestCrowd(stage, short ? 60 : 300),
  },
];
