import { randomUUID } from 'node:crypto';
import { claim, inTurns, tally } from './claims.mjs';
import { Client, newNetwork, newPhone } from './client.mjs';
import { freePort } from './processes.mjs';
import { Stage } from './stage.mjs';

const APART_MS = 120_000;
const TOKEN_SECONDS = 900;
/** For how long a token is believed beyond its end. */
const SKEW_SECONDS = 60;
const CODE_SECONDS = 300;
const GAP_SECONDS = 21;
const NEXT_KEY_SECONDS = 601;

/** Shifts the clock of a process by so much before anything of it runs. */
function shifted(milliseconds) {
  const shift = `const T=Date,now=()=>T.now()+(${milliseconds});globalThis.Date=new Proxy(T,{
    construct:(t,a,n)=>Reflect.construct(t,a.length?a:[now()],n),
    apply:()=>new T(now()).toString(),
    get:(t,k)=>k==="now"?now:Reflect.get(t,k)})`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
}

/** Three processes: one whose clock is right, one two minutes ahead, one two minutes behind. Whichever is asked, all is the same. */
async function apartClocks(stage) {
  const clients = await open(stage);
  const each = (work) => inTurns(clients.length, (nth) => work(clients[nth], clients.at(nth - 1)), { lanes: 1 });
  await claimTokensEndTogether(stage, clients);
  await each((one, other) => claimSignsIn(stage, one, other));
  await each((one, other) => claimCodeLives(stage, one, other));
  await each((one, other) => claimLimits(one, other));
  await each((one, other) => claimNewest(stage, one, other));
  await claimKeys(stage, clients);
  for (const client of clients) client.close();
  return (
    'of three processes, one 120 s ahead and one 120 s behind: tokens and codes of one are good at the others and end at the same moment, ' +
    'limits, refreshing, Idempotency-Keys, keys and the order of messages are the same'
  );
}

async function open(stage) {
  const ports = [stage.apis[0].port];
  for (const skewMs of [APART_MS, -APART_MS]) {
    const port = await freePort();
    await stage.startApi(port, shifted(skewMs));
    ports.push(port);
  }
  return ports.map((port) => new Client([port]));
}

/** Signs in at one process with a code that another gave: `{ phone, tokens }`. */
async function signIn(stage, one, other = one) {
  const [phone, from] = [newPhone(), newNetwork()];
  const asked = await one.requestCode(phone, from);
  claim(asked.status === 202, `a request for a code was answered ${asked.status}`);
  const code = await stage.gateway.codeTo(phone);
  const { status, body } = await other.verify(asked.body.challengeId, code, from);
  claim(status === 201, `a code of another process was answered ${status} ${body?.code}`);
  return { phone, tokens: body };
}

/** A token that ends soon is good everywhere, one that is over nowhere. */
async function claimTokensEndTogether(stage, clients) {
  for (const [left, status] of [
    [SKEW_SECONDS / 2, 200],
    [-SKEW_SECONDS * 1.5, 401],
  ]) {
    // Given out in the past, because only that of PostgreSQL can be moved.
    await stage.passTime(left - TOKEN_SECONDS);
    const { tokens } = await signIn(stage, clients[0]);
    await stage.passTime(TOKEN_SECONDS - left);
    const answers = await inTurns(clients.length, (nth) => clients[nth].get('/api/v1/users/me', tokens.accessToken));
    const good = answers.every((answer) => answer.status === status);
    claim(good, `a token that has ${left} s left was answered ${tally(answers)}`);
  }
}

async function claimSignsIn(stage, one, other) {
  const { tokens } = await signIn(stage, one, other);
  const me = await one.get('/api/v1/users/me', tokens.accessToken);
  const { status, body } = await one.post('/auth/token/refresh', { refreshToken: tokens.refreshToken });
  claim(me.status === 200 && status === 200, `a token of another process was answered ${me.status}, ${status}`);
  const again = await other.get('/api/v1/users/me', body.accessToken);
  claim(again.status === 200, `a refreshed token was answered ${again.status}`);
}

/** Just before its end a code is good, just behind it is not. */
async function claimCodeLives(stage, one, other) {
  for (const [age, statuses] of [
    [CODE_SECONDS - 30, [201]],
    [CODE_SECONDS + 1, [410]],
  ]) {
    const [phone, from] = [newPhone(), newNetwork()];
    const asked = await one.requestCode(phone, from);
    const code = await stage.gateway.codeTo(phone);
    await stage.passTime(age);
    const { status } = await other.verify(asked.body.challengeId, code, from);
    claim(statuses.includes(status), `a code that is ${age} s old was answered ${status}`);
  }
}

async function claimLimits(one, other) {
  const [phone, from, key] = [newPhone(), newNetwork(), randomUUID()];
  const asked = await one.requestCode(phone, from, key);
  const twin = await other.requestCode(phone, from, key);
  claim(twin.body.challengeId === asked.body.challengeId, 'a repeated request was not known at another process');
  const { status, headers } = await other.requestCode(phone, from);
  const wait = Number(headers['retry-after']);
  claim(
    status === 429 && wait > 10 && wait < GAP_SECONDS,
    `a second message was answered ${status}, Retry-After ${wait}`,
  );
}

/** What was sent last is the newest, whoever has made it. */
async function claimNewest(stage, one, other) {
  const [phone, from] = [newPhone(), newNetwork()];
  await one.requestCode(phone, from);
  await stage.gateway.codeTo(phone);
  await stage.passTime(GAP_SECONDS);
  await other.requestCode(phone, from);
  const code = await stage.gateway.codeTo(phone, { nth: 2 });
  const settled = () => one.get(`/api/v1/qa/messages/wait?to=${encodeURIComponent(phone)}&timeout=5`);
  await settled();
  const { body } = await one.get(`/api/v1/qa/messages?to=${encodeURIComponent(phone)}`);
  const codes = body.items.map((message) => message.code);
  claim(codes.length === 2 && codes[0] === code, 'the newest message is not the first');
}

/** A new key signs everywhere from the same moment on. */
async function claimKeys(stage, clients) {
  await stage.command('keys', 'rotate');
  const kids = async () => {
    const people = await inTurns(clients.length, (nth) => signIn(stage, clients[nth]), { lanes: 1 });
    return people.map(({ tokens }) => headerOf(tokens.accessToken).kid);
  };
  const before = new Set(await kids());
  await stage.passTime(NEXT_KEY_SECONDS);
  const after = new Set(await kids());
  claim(before.size === 1 && after.size === 1, 'processes sign with different keys at the same time');
  claim(!before.has([...after][0]), 'the next key does not sign when its time has come');
}

const headerOf = (token) => JSON.parse(Buffer.from(token.split('.', 1)[0], 'base64url'));

/** Processes on machines whose clocks are wrong. */
export const clockProofs = [
  {
    name: 'clocks-apart',
    open: ({ cluster }) => Stage.open(cluster, { workers: 1 }),
    prove: ({ stage }) => apartClocks(stage),
  },
];
