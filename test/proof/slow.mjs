import { readFile } from 'node:fs/promises';
import { atOnce, claim, count, inTurns, tally, until } from './claims.mjs';
import { Client } from './client.mjs';
import { Loiterers } from './loiterers.mjs';
import { freePort } from './processes.mjs';
import { signUp } from './people.mjs';
import { Stage } from './stage.mjs';
import { Traffic } from './traffic.mjs';

const IDLE = { short: 2_000, full: 10_000 };
const OTHERS = 100;
/** What the proof and the service need beside connections. */
const FILES_KEPT = 500;
const BUSY_MS = 10_000;
const BYTES_OF_CONNECTION = 40 * 1024;
/** What Node.js takes anyway while it is busy. */
const BYTES_OF_TRAFFIC = 100 * 1024 * 1024;
const FEW_FILES = 1_024;
/** More than connections to PostgreSQL that are open while little is to do. */
const EARLY = 20;
const LOST = { status: 0 };

const SHORT = [
  'send nothing',
  'send headers byte by byte',
  'send a body byte by byte',
  'send half a request and hang up',
];
const FULL = [...SHORT, 'keep a connection that was answered', 'read nothing of what they ask for'];

/** Many hold connections and give little or nothing; each ends in its time, and meanwhile nobody else notices. */
async function slowClients({ stage, short }) {
  const idle = Math.min(IDLE[short ? 'short' : 'full'], (await mostFiles()) - FILES_KEPT);
  const [{ port }] = stage.apis;
  const traffic = await Traffic.prepare(stage);
  const before = await memory(stage);
  traffic.begin();
  const held = [];
  for (const name of short ? SHORT : FULL) {
    const loiterers = new Loiterers(port, name);
    held.push({ name, loiterers });
    await loiterers.come(name === 'send nothing' ? idle : OTHERS);
  }
  const grown = (await memory(stage)) - before;
  await Promise.all(held.map(({ loiterers }) => loiterers.ended(BUSY_MS)));
  await traffic.end();
  claim(traffic.allLost === 0, `${traffic.allLost} of ${traffic.summary} were not answered`);
  claim(traffic.failures.length === 0, `${tally(traffic.failures)} among ${traffic.summary}`);
  const refused = held.reduce((sum, { loiterers }) => sum + loiterers.refused, 0);
  claim(refused === 0, `${refused} connections were refused`);
  claim(grown < idle * BYTES_OF_CONNECTION + BYTES_OF_TRAFFIC, `${idle} connections took ${grown >> 20} MB`);
  const ends = held.map(({ name, loiterers }) => `${name}: ${loiterers.longest} ms`);
  return (
    `${idle} idle and ${OTHERS} of each other kind, ended in their time (${ends.join('; ')}); memory grew by ${grown >> 20} MB; ` +
    `meanwhile ${traffic.summary}, none lost`
  );
}

/** Connections take the last file of a process, and give them back. */
async function filesExhausted(stage) {
  const port = await freePort();
  const { process } = await stage.startApi(port, {}, { files: FEW_FILES });
  const { tokens } = await signUp(stage);
  const early = new Client([port]);
  const asks = (number) => atOnce(number, () => early.get('/api/v1/users/me', tokens.accessToken).catch(() => LOST));
  // Connections that stay, each before PostgreSQL is connected to for all of them.
  claim(count(await atOnce(EARLY, () => early.get('/health/live')), 200) === EARLY, 'a process does not serve');
  const loiterers = new Loiterers(port, 'send nothing');
  await loiterers.come(FEW_FILES * 2);
  const [meanwhile, late] = [await asks(EARLY), await inTurns(EARLY, () => askAnew(port, tokens))];
  loiterers.leave();
  claim(count(meanwhile, 200, 503) === EARLY, `without files left those who were there got ${tally(meanwhile)}`);
  claim(count(late, 0, 200, 503) === EARLY, `without files left those who came got ${tally(late)}`);
  claim(count([...meanwhile, ...late], 0, 503) > 0, 'there were files left: the proof has seen nothing');
  const whole = async () => count(await asks(EARLY), 200) === EARLY;
  await until(whole, { what: 'an answer to everybody once there are files' });
  early.close();
  claim(process.ownEnd === undefined, 'the process ended');
  return (
    `of a process that may have ${FEW_FILES} files and got twice as many connections those who were there before got ` +
    `${tally(meanwhile)}, those who came ${tally(late)} (0: no connection); whole again once they went`
  );
}

async function askAnew(port, { accessToken }) {
  const one = new Client([port]);
  const answer = await one.get('/api/v1/users/me', accessToken).catch(() => LOST);
  one.close();
  return answer;
}

/** Bytes of the first process that serves HTTP. */
async function memory(stage) {
  const { text } = await stage.client.get('/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)[1]);
}

/** How many files a process may have open; Node.js raises its limit to that by itself. */
async function mostFiles() {
  const limits = await readFile('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)[1]);
}

const openOne = ({ cluster }) => Stage.open(cluster, { workers: 1 });

/** People, or programs, that hold connections and let others wait. */
export const slowProofs = [
  { name: 'slow-clients', open: openOne, prove: slowClients },
  { name: 'files-exhausted', losesDatabase: true, open: openOne, prove: ({ stage }) => filesExhausted(stage) },
];
