import { setTimeout as pause } from 'node:timers/promises';
import { atOnce, claim, tally, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Stage } from './stage.mjs';

const MINUTES = { short: 0.25, full: 15 };
/** Who signs in at once, as fast as it goes, to find out how fast that is. */
const EAGER = 16;
const WARM_UP_MS = 2_000;
const MEASURE_MS = { short: 3_000, full: 20_000 };
const TICK_MS = 20;
const SAMPLE_MS = 1_000;
/** How much the memory of the last third may be above that of the second; in the short form nothing has settled yet. */
const MOST_GROWTH = { short: 1.5, full: 1.05 };
/** Ten of each process and two for notifications; three of the proof itself. */
const MOST_CONNECTIONS = 2 * (10 + 2) + 3;
/**
 * As in a container of 512 MiB, the limit in docker-compose.yml. Where memory is plenty, V8 lets four times as much garbage lie before
 * it looks, and a third of the run tells mostly of when it last did.
 */
const HEAP = '--max-old-space-size=256';
/** Rows that are dead, of those that live, and a few for tables that have hardly any. */
const MOST_DEAD = { share: 0.5, rows: 20_000 };

/** People sign in at half the greatest speed for a quarter of an hour: memory, connections and tables stay as they are. */
async function soak(stage, { short }) {
  const form = short ? 'short' : 'full';
  const flows = new Flows(stage);
  const perSecond = (await flows.fastest(MEASURE_MS[form])) / 2;
  const samples = await flows.goOn({ perSecond, minutes: MINUTES[form] }, () => memoryOf(stage));
  const after = await connections(stage);
  claim(flows.failures.length === 0, `unforeseen answers: ${tally(flows.failures)}`);
  const growth = Object.keys(samples[0]).map((name) => claimSteady(samples, name, MOST_GROWTH[form]));
  claim(
    after <= MOST_CONNECTIONS,
    `${after} connections to PostgreSQL, and ${MOST_CONNECTIONS} are all that there may be`,
  );
  const dead = await claimFewDead(stage);
  // The last has reached the gateway, but its end may still be written.
  await until(() => stage.value('SELECT count(*) = 0 FROM outbox'), { what: 'the end of all messages' });
  return (
    `${flows.done} sign-ins, ${perSecond.toFixed(0)} a second for ${MINUTES[form]} min, 0 errors; memory of the last third: ` +
    `${growth.join(', ')}; ${after} connections of ${MOST_CONNECTIONS}; ${dead}`
  );
}

/** Whole sign-ins: a code is asked for, comes, is typed; the person is read, and the tokens are refreshed. */
class Flows {
  done = 0;
  /** Answers that should not have been. */
  failures = [];
  #stage;

  constructor(stage) {
    this.#stage = stage;
  }

  /** How many a second there are at most. */
  async fastest(milliseconds) {
    await this.#eagerly(WARM_UP_MS);
    const [since, before] = [performance.now(), this.done];
    await this.#eagerly(milliseconds);
    return ((this.done - before) * 1_000) / (performance.now() - since);
  }

  /** So many begin each second, however long each takes. Answers what `sample` gave each second. */
  async goOn({ perSecond, minutes }, sample) {
    const samples = [];
    const underWay = new Set();
    const [since, end] = [performance.now(), performance.now() + minutes * 60_000];
    const sampling = setInterval(() => void sample().then((each) => samples.push(each)), SAMPLE_MS);
    for (let begun = 0; performance.now() < end; await pause(TICK_MS)) {
      for (; begun < ((performance.now() - since) / 1_000) * perSecond; begun += 1) {
        const flow = this.#one().finally(() => underWay.delete(flow));
        underWay.add(flow);
      }
    }
    await Promise.all(underWay);
    clearInterval(sampling);
    return samples;
  }

  async #eagerly(milliseconds) {
    const end = performance.now() + milliseconds;
    await atOnce(EAGER, async () => {
      while (performance.now() < end) await this.#one();
    });
  }

  async #one() {
    const { client, gateway } = this.#stage;
    const [phone, from] = [newPhone(), newNetwork()];
    const asked = await this.#expect(202, client.requestCode(phone, from));
    const code = asked && (await gateway.codeTo(phone));
    const signedIn = code && (await this.#expect(201, client.verify(asked.challengeId, code, from)));
    if (!signedIn) return;
    const read = await this.#expect(200, client.get('/api/v1/users/me', signedIn.accessToken));
    const refreshed = await this.#expect(
      200,
      client.post('/auth/token/refresh', { refreshToken: signedIn.refreshToken }, { from }),
    );
    if (read && refreshed) this.done += 1;
  }

  async #expect(status, answering) {
    const answer = await answering.catch((error) => ({ status: error.code }));
    if (answer.status === status) return answer.body;
    this.failures.push(answer);
    return undefined;
  }
}

/** Resident bytes of each process. */
async function memoryOf(stage) {
  const [api, worker] = await Promise.all([stage.client, stage.workerClient].map((client) => client.get('/metrics')));
  const resident = ({ text }) => Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  return { api: resident(api), worker: resident(worker) };
}

function claimSteady(samples, name, most) {
  const third = Math.floor(samples.length / 3);
  const mean = (part) => part.reduce((sum, sample) => sum + sample[name], 0) / part.length;
  const [second, last] = [mean(samples.slice(third, 2 * third)), mean(samples.slice(2 * third))];
  const [ratio, mib] = [last / second, Math.round(last / 2 ** 20)];
  claim(
    ratio <= most,
    `the memory of ${name} grew: its last third is ${ratio.toFixed(3)} times the second (${mib} MiB)`,
  );
  return `${name} ${ratio.toFixed(3)} times the second (${mib} MiB)`;
}

const connections = (stage) =>
  stage.value(`SELECT count(*)::int FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'`);

/** What is updated and deleted all the time is cleared up as fast. */
async function claimFewDead(stage) {
  const tables = await stage.sql(`SELECT relname AS name, n_dead_tup::int AS dead, n_live_tup::int AS live,
    pg_total_relation_size(relid)::int8 AS bytes FROM pg_stat_user_tables ORDER BY bytes DESC`);
  const neglected = tables.filter(({ dead, live }) => dead > live * MOST_DEAD.share + MOST_DEAD.rows);
  const named = (list) => list.map(({ name, dead, live }) => `${name} ${dead} of ${live}`).join(', ');
  claim(neglected.length === 0, `dead rows pile up: ${named(neglected)}`);
  const largest = tables.slice(0, 4).map(({ name, bytes }) => `${name} ${Math.round(Number(bytes) / 2 ** 20)} MiB`);
  return `largest tables ${largest.join(', ')}`;
}

export const soakProofs = [
  {
    name: 'soak',
    longestSeconds: { full: 1_500 },
    open: ({ cluster }) => Stage.open(cluster, { workers: 1, watched: true, env: { NODE_OPTIONS: HEAP } }),
    prove: ({ stage, ...options }) => soak(stage, options),
  },
];
