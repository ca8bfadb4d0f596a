import { setTimeout as pause } from 'node:timers/promises';
import { claim, count, inTurns, tally } from './claims.mjs';
import { SignInLoad } from './load.mjs';
import { signUp } from './people.mjs';
import { findPooler, Pooler } from './pooler.mjs';
import { Stage } from './stage.mjs';

/** Far fewer than the processes hold to the pooler, so that transactions of many share one. */
const CONNECTIONS = 4;
const PEOPLE = 12;
const LOAD_MS = { short: 3_000, full: 30_000 };
/** What data-source.ts asks PostgreSQL for. */
const SETTINGS = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off', statement_timeout: '15s' };

/** Two processes of each kind share four connections, handed out by the transaction, and nobody notices. */
async function throughAPooler(stage, { short }) {
  await claimSettingsArrive(stage);
  const load = new SignInLoad(stage);
  const running = load.run(PEOPLE);
  await pause(LOAD_MS[short ? 'short' : 'full']);
  load.stop();
  await running;
  const { answers, accepted } = load;
  claim(load.lost === 0 && load.unforeseen.length === 0, `lost ${load.lost}, unforeseen ${tally(load.unforeseen)}`);
  claim(count(answers, 503) === 0, `through the pooler: ${tally(answers)}`);
  claim(accepted.length > 0 && load.acceptedTwice === 0, `${accepted.length} codes, ${load.acceptedTwice} twice`);
  const refreshed = await claimRefreshes(stage);
  const [{ shared, own }] = await stage.sql(`
    SELECT count(*) FILTER (WHERE application_name = 'latchkey')::int AS shared,
           count(*) FILTER (WHERE application_name = 'latchkey-notifications')::int AS own
    FROM pg_stat_activity WHERE datname = current_database()`);
  claim(shared <= CONNECTIONS, `${shared} connections to PostgreSQL, and ${CONNECTIONS} were allowed`);
  claim(own > 0, 'nobody listens past the pooler');
  return `${accepted.length} sign-ins and ${refreshed} refreshes by 4 processes over ${shared} connections, ${tally(answers)}`;
}

/** They stand in the example of the pooler's settings, because a pooler does not pass them on. */
async function claimSettingsArrive(stage) {
  for (const [name, value] of Object.entries(SETTINGS)) {
    const found = await stage.pooler.value(`SELECT current_setting('${name}')`);
    claim(found === value, `${name} is ${found} through the pooler, not ${value}`);
  }
}

async function claimRefreshes(stage) {
  const people = await inTurns(PEOPLE, () => signUp(stage));
  const answers = await inTurns(PEOPLE, (index) =>
    stage.client.post('/auth/token/refresh', { refreshToken: people[index].tokens.refreshToken }),
  );
  claim(count(answers, 200) === PEOPLE, `refreshing was answered ${tally(answers)}`);
  return PEOPLE;
}

export const pooledProofs = [
  {
    name: 'through-a-pooler',
    skipped: findPooler() ? undefined : 'there is no PgBouncer 1.21 or newer; PGBOUNCER may name its program',
    open: ({ cluster }) => Stage.open(cluster, { apis: 2, workers: 2, pool: (url) => Pooler.start(url, CONNECTIONS) }),
    prove: ({ stage, ...options }) => throughAPooler(stage, options),
  },
];
