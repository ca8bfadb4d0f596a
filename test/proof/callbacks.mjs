import { atOnce, claim, count, inTurns, tally, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { openReplicas } from './hanging.mjs';

const [ON_ITS_WAY, DELIVERED, UNDELIVERED] = [0, 1, 2];
const CROWD = 300;
/** How long a message is not asked about again, and a second. */
const GAP_SECONDS = 31;

/** Callbacks come by hundreds for each of some messages, at the same moment, at processes that share nothing but the database. */
async function callbacksAtOnce(stage, messages) {
  const sent = await inTurns(messages, () => sentMessage(stage));
  stage.gateway.state = ON_ITS_WAY;
  for (const message of sent) await callBack(stage, message);
  await claimAsked(stage, sent, { times: 1, state: 'sent' });
  for (const message of sent) await callBack(stage, message);
  await passBy(stage);
  await claimAsked(stage, sent, { times: 1, state: 'sent' });
  stage.gateway.state = DELIVERED;
  await stage.passTime(GAP_SECONDS);
  await claimAsked(stage, sent, { times: 2, state: 'delivered' });
  stage.gateway.state = UNDELIVERED;
  await stage.passTime(GAP_SECONDS);
  for (const message of sent) await callBack(stage, message);
  await passBy(stage);
  await claimAsked(stage, sent, { times: 2, state: 'delivered' });
  return (
    `${messages} messages, ${3 * CROWD} callbacks for each: asked about once, once again after 30 s, ` +
    `and never after it was delivered`
  );
}

/** `{ phone, id, path }` of one that is written as sent, `id` as the gateway knows it and `path` where it calls back. */
async function sentMessage(stage) {
  const phone = newPhone();
  const { status } = await stage.client.requestCode(phone, newNetwork());
  claim(status === 202, `a request for a code was answered ${status}`);
  const sent = async () => (await stateOf(stage, phone)) === 'sent';
  await until(sent, { what: 'a sent message', seconds: 30 });
  const [{ id, callbackUrl }] = stage.gateway.messagesTo(phone);
  return { phone, id: String(id), path: new URL(callbackUrl).pathname.replace('/api/v1', '') };
}

const stateOf = (stage, phone) => stage.value('SELECT max(state) FROM messages WHERE recipient = $1', [phone]);

async function callBack(stage, { path }) {
  const answers = await atOnce(CROWD, () => stage.client.post(path, { id: 1, status: DELIVERED }));
  claim(count(answers, 200) === CROWD, `callbacks were answered ${tally(answers)}`);
}

/** A message that was called back later than all before, and has been asked about. */
async function passBy(stage) {
  const message = await sentMessage(stage);
  await callBack(stage, message);
  await until(async () => stage.gateway.asked.includes(message.id), { what: 'a question about a later message' });
}

async function claimAsked(stage, messages, { times, state }) {
  const timesOf = ({ id }) => stage.gateway.asked.filter((asked) => asked === id).length;
  const all = async () => {
    for (const message of messages) {
      if (timesOf(message) < times || (await stateOf(stage, message.phone)) !== state) return false;
    }
    return true;
  };
  const wrong = () => messages.map(timesOf).join(', ');
  const found = await until(all, { what: `${times} questions about each and ${state}` }).catch((late) => late);
  claim(
    found === true && messages.every((message) => timesOf(message) === times),
    `asked ${wrong()} times, not ${times}, or not ${state}`,
  );
}

export const callbackProofs = [
  {
    name: 'callbacks-at-once',
    open: openReplicas,
    prove: ({ stage, short }) => callbacksAtOnce(stage, short ? 2 : 10),
  },
];
