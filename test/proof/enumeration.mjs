import { claim } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { aPassword, signUpWithPassword } from './people.mjs';
import { Random } from './random.mjs';
import { probabilityOfSame } from './ranks.mjs';
import { Stage } from './stage.mjs';

const ENDPOINTS = {
  request: (phone) => ['/auth/otp/request', { phone }],
  register: (phone) => ['/auth/register', { phone, password: aPassword('nobody') }],
  login: (phone) => ['/auth/login', { username: phone, password: aPassword('nobody') }],
  forgot: (phone) => ['/auth/password/forgot', { phone }],
};

/** A difference that chance alone makes once in so many measurements. */
const SIGNIFICANT = 0.01;
/** Four honest measurements in a hundred would fail by chance; of two in a row, one in two thousand five hundred. */
const MEASUREMENTS = 2;
/** Counters are kept for 48 hours. */
const LONG_AGO_SECONDS = 49 * 3_600;
/** Of no account: they differ between any two answers. */
const OWN_HEADERS = new Set(['date', 'x-request-id']);

async function nothingTells(stage, { people, seed }) {
  const random = new Random(seed);
  const known = await aCrowd(stage, people);
  const facts = [];
  for (const name of Object.keys(ENDPOINTS)) facts.push(`${name} ${await judge(stage, { name, known, random })}`);
  return `${people} known and ${people} unknown phones, interleaved: the same answers; p by rank: ${facts.join(', ')}`;
}

async function aCrowd(stage, people) {
  const known = [];
  for (let n = 0; n < people; n += 1) known.push((await signUpWithPassword(stage, aPassword(n))).phone);
  return known;
}

/** A known contact has none then, like an unknown one, also when what was measured before has counted. */
async function forgetCounters(stage) {
  await stage.passTime(LONG_AGO_SECONDS);
  await stage.sql('DELETE FROM rate_limits');
  await stage.sql('DELETE FROM password_failures');
}

async function judge(stage, { name, known, random }) {
  const found = [];
  for (let nth = 0; nth < MEASUREMENTS; nth += 1) {
    await forgetCounters(stage);
    const probability = await measure(stage, { name, known, random });
    found.push(probability.toFixed(3));
    if (probability >= SIGNIFICANT) return found.join(' then ');
  }
  return claim(false, `${name}: the time tells who is known (p ${found.join(' and ')})`);
}

async function measure(stage, { name, known, random }) {
  const unknown = known.map(() => newPhone());
  const asked = shuffled([...known, ...unknown], random);
  const took = { known: [], unknown: [] };
  const shapes = new Map();
  const isKnown = new Set(known);
  for (const phone of asked) {
    const [path, body] = ENDPOINTS[name](phone);
    const from = newNetwork();
    const began = performance.now();
    const answer = await stage.client.post(path, body, { from });
    took[isKnown.has(phone) ? 'known' : 'unknown'].push(performance.now() - began);
    shapes.set(shapeOf(answer), answer.status);
  }
  claim(shapes.size === 1, `${name}: the answers differ:\n${[...shapes.keys()].join('\n')}`);
  const [status] = shapes.values();
  claim(status === (name === 'login' ? 401 : 202), `${name} was answered ${status}, so the proof has seen nothing`);
  return probabilityOfSame(took.known, took.unknown);
}

/** Everything but what is another value in any two answers: status, headers, and the form of each member of the body. */
function shapeOf({ status, headers, body }) {
  const named = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name));
  const members = Object.entries(body).map(([name, value]) => [name, formOf(value)]);
  return JSON.stringify({ status, headers: Object.fromEntries(named), body: Object.fromEntries(members) });
}

const formOf = (value) => (typeof value === 'string' ? value.length : value);

/** Fisher and Yates. */
function shuffled(list, random) {
  const shuffling = [...list];
  for (let last = shuffling.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last);
    [shuffling[last], shuffling[other]] = [shuffling[other], shuffling[last]];
  }
  return shuffling;
}

export const enumerationProofs = [
  {
    name: 'nobody-can-tell-who-is-known',
    open: ({ cluster }) => Stage.open(cluster, { apis: 1, workers: 1 }),
    prove: ({ stage, short, seed }) => nothingTells(stage, { people: short ? 40 : 200, seed }),
  },
];
