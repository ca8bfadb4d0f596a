import {
  askAll,
  blockOf,
  claimCarried,
  claimTold,
  grouped,
  HOUR_SECONDS,
  reasons,
  remembered,
  sentOf,
} from './asking.mjs';
import { claim, several } from './claims.mjs';
import { newBlock, newNetwork, newPhone } from './client.mjs';
import { GAP_SECONDS } from './people.mjs';
import { Random } from './random.mjs';
import { Stage } from './stage.mjs';
import { passwordLimits, PASSWORDS_PER_NETWORK, wrongCodeLimits } from './typing.mjs';

const PER_NETWORK = 30;
const PER_BLOCK = 15;
const PER_CONTACT = 5;
const PER_CONTACT_DAY = 10;
const DEMAND = 60;
const AT_ONCE_TO_ONE = 12;

/** One ask of each before the second of any, so that all compete all the time. */
const mixed = (groups) => groups[0].flatMap((_, nth) => groups.map((group) => group[nth]));

/** Each group gets exactly its share, whatever it had before, and what refuses the rest is this limit. */
function claimShares(asked, { keyOf, share, limit }) {
  claimTold(asked);
  for (const group of grouped(asked, keyOf).values()) {
    const right = sentOf(group).length === share && group.every(({ reason }) => reason === 'sent' || reason === limit);
    claim(right, `${reasons(group)} instead of ${share}×sent, the rest ${limit}`);
  }
}

async function networksAtOnce(stage, { rounds, subjects }) {
  const networks = several(subjects, newNetwork);
  for (let round = 0; round < rounds; round += 1) {
    const asked = await askAll(
      stage,
      mixed(networks.map((from) => several(DEMAND, () => ({ from, phone: newPhone() })))),
    );
    claimShares(asked, { keyOf: ({ from }) => from, share: PER_NETWORK, limit: 'otp-network' });
    await claimCarried(stage, asked);
    await stage.passTime(HOUR_SECONDS);
  }
  return `${PER_NETWORK} of ${DEMAND} from each of ${subjects} networks`;
}

async function blocksAtOnce(stage, { rounds, subjects }) {
  const blocks = several(subjects, newBlock);
  for (let round = 0; round < rounds; round += 1) {
    const asked = await askAll(
      stage,
      mixed(blocks.map((next) => several(DEMAND, () => ({ from: newNetwork(), phone: next() })))),
    );
    claimShares(asked, { keyOf: blockOf, share: PER_BLOCK, limit: 'otp-block' });
    await claimCarried(stage, asked);
    await stage.passTime(HOUR_SECONDS);
  }
  return `${PER_BLOCK} of ${DEMAND} to each of ${subjects} blocks`;
}

/** Networks and blocks in any mixture: nobody who is refused by one may have used up the other. */
async function bothAtOnce(stage, { rounds, subjects, seed }) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round += 1) {
    const [networks, blocks] = [several(subjects, newNetwork), several(2 * subjects, newBlock)];
    const any = (list) => list[random.between(0, list.length - 1)];
    const asked = await askAll(
      stage,
      several(DEMAND * subjects, () => ({ from: any(networks), phone: any(blocks)() })),
    );
    claimTold(asked);
    claimFull(asked, { keyOf: ({ from }) => from, share: PER_NETWORK, limit: 'otp-network' });
    claimFull(asked, { keyOf: blockOf, share: PER_BLOCK, limit: 'otp-block' });
    await claimCarried(stage, asked);
  }
  return `${rounds} mixtures of ${subjects} networks and ${2 * subjects} blocks`;
}

/** No group is above its share, and whoever the limit refused finds it used up to the last. */
function claimFull(asked, { keyOf, share, limit }) {
  for (const group of grouped(asked, keyOf).values()) {
    const sent = sentOf(group).length;
    const refused = group.some(({ reason }) => reason === limit);
    claim(sent <= share && (!refused || sent === share), `${reasons(group)}, where ${limit} lets ${share} through`);
  }
}

async function contactsAtOnce(stage, { subjects, hours }) {
  const people = several(subjects, () => ({ from: newNetwork(), phone: newPhone() }));
  const sent = [];
  for (let hour = 1; hour <= hours; hour += 1) {
    for (let nth = 1; nth <= PER_CONTACT + 2; nth += 1) {
      await stage.passTime(GAP_SECONDS);
      const asked = await askAll(stage, mixed(people.map((person) => several(AT_ONCE_TO_ONE, () => person))));
      claimTold(asked);
      const share = hour * PER_CONTACT <= PER_CONTACT_DAY && nth <= PER_CONTACT ? 1 : 0;
      claimContacts(asked, { share, when: `hour ${hour}, after ${nth} times ${GAP_SECONDS} s` });
      sent.push(...asked);
    }
    await stage.passTime(HOUR_SECONDS);
  }
  await claimCarried(stage, sent);
  return `${PER_CONTACT} in an hour and ${PER_CONTACT_DAY} in a day to each of ${people.length} contacts, one in ${GAP_SECONDS} s`;
}

function claimContacts(asked, { share, when }) {
  for (const group of grouped(asked, ({ phone }) => phone).values())
    claim(sentOf(group).length === share, `${when}: ${reasons(group)} instead of ${share}×sent`);
}

/** What is answered is given back once, at whichever process. */
async function answeredAmong(stage, { subjects }) {
  const networks = several(subjects, newNetwork);
  const first = await askAll(
    stage,
    mixed(networks.map((from) => several(PER_NETWORK, () => ({ from, phone: newPhone() })))),
  );
  claimShares(first, { keyOf: ({ from }) => from, share: PER_NETWORK, limit: 'none' });
  const answering = [...grouped(first, ({ from }) => from).values()].flatMap((group) =>
    group.slice(0, PER_NETWORK / 2),
  );
  const before = await stage.value('SELECT count(DISTINCT contact)::int FROM otp_known_networks');
  await Promise.all(answering.map((each) => answer(stage, each)));
  await remembered(stage, before + answering.length);
  const second = await askAll(
    stage,
    mixed(networks.map((from) => several(DEMAND, () => ({ from, phone: newPhone() })))),
  );
  claimShares(second, { keyOf: ({ from }) => from, share: PER_NETWORK / 2, limit: 'otp-network' });
  await claimCarried(stage, [...first, ...second]);
  return `after ${PER_NETWORK / 2} of ${PER_NETWORK} were answered again ${PER_NETWORK / 2}`;
}

async function answer(stage, { phone, from, answer: asked }) {
  const code = await stage.gateway.codeTo(phone);
  const { status, body } = await stage.client.verify(asked.body.challengeId, code, from);
  claim(status === 201, `a right code was answered ${status} ${body?.code}`);
}

export const openReplicas = ({ cluster }) =>
  Stage.open(cluster, {
    apis: 3,
    workers: 2,
    env: { LIMIT_PASSWORDS_PER_NETWORK_HOUR: String(PASSWORDS_PER_NETWORK) },
  });

const PARTS = [
  networksAtOnce,
  blocksAtOnce,
  bothAtOnce,
  answeredAmong,
  contactsAtOnce,
  passwordLimits,
  wrongCodeLimits,
];

async function limitsKept(stage, extent) {
  const facts = [];
  for (const part of PARTS) facts.push(await part(stage, extent));
  return facts.join('; ');
}

/** Every counter at three processes that serve and two that carry, with hundreds of requests in flight: never above, never below. */
export const limitProofs = [
  {
    name: 'limits-across-replicas',
    open: openReplicas,
    prove: ({ stage, short, seed }) =>
      limitsKept(stage, {
        seed,
        ...(short ? { rounds: 1, subjects: 3, hours: 2 } : { rounds: 8, subjects: 6, hours: 3 }),
      }),
  },
];
