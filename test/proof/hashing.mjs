import { atOnce, claim, count, tally } from './claims.mjs';
import { aPassword, login, signUp, signUpWithPassword } from './people.mjs';
import { Stage } from './stage.mjs';

const CROWD = 50;
const WARM_UP = 200;
const IDLE = 1_000;

/** What a password costs is paid by whoever signs in by one; how much the others notice is told, not judged: clocks vary. */
async function othersStayFast(stage, { rounds }) {
  const { tokens } = await signUp(stage);
  const people = [];
  for (let n = 0; n < CROWD; n += 1) people.push(await signUpWithPassword(stage, aPassword(n)));
  const me = () => stage.client.get('/api/v1/users/me', tokens.accessToken);
  await timesOf(me, { asLongAs: (done) => done < WARM_UP });
  const facts = [];
  for (let round = 0; round < rounds; round += 1) facts.push(await compare(stage, { people, me }));
  return `while ${CROWD} people sign in by password, p99 of /users/me is, of its idle p99: ${facts.join('; ')}`;
}

async function compare(stage, { people, me }) {
  const idle = await timesOf(me, { asLongAs: (done) => done < IDLE });
  let loggingIn = true;
  const logins = atOnce(CROWD, (n) =>
    login(stage, { username: people[n].phone, password: people[n].password }),
  ).finally(() => {
    loggingIn = false;
  });
  const busy = await timesOf(me, { asLongAs: () => loggingIn });
  const answers = await logins;
  const foreseen = count(answers, 200) + count(answers, 503) === CROWD && count(answers, 200) > 0;
  claim(foreseen, `logins were answered ${tally(answers)}`);
  const ratio = p99(busy) / p99(idle);
  return `${ratio.toFixed(1)} times (${p99(idle).toFixed(1)} ms idle, ${busy.length} requests, logins ${tally(answers)})`;
}

async function timesOf(ask, { asLongAs }) {
  const times = [];
  while (asLongAs(times.length)) {
    const began = performance.now();
    const { status } = await ask();
    claim(status === 200, `/users/me was answered ${status}`);
    times.push(performance.now() - began);
  }
  return times;
}

const p99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

export const hashingProofs = [
  {
    name: 'passwords-slow-nobody-down',
    open: ({ cluster }) => Stage.open(cluster, { apis: 1, workers: 1 }),
    prove: ({ stage, short }) => othersStayFast(stage, { rounds: short ? 1 : 5 }),
  },
];
