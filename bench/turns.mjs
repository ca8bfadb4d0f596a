import { cpuMsOf } from './load/cpu.mjs';
import { closedLoop, openLoop } from './load/loops.mjs';

const WARM_UP_SECONDS = 3;

/**
 * Measures a scenario on each system in turn, so that a machine whose speed drifts treats all alike.
 * @param options `{ rounds, seconds, clients, half }`; `half` has pieces begin at half the speed that the first runs found
 * @returns the runs of each system, in the order of the systems
 */
export async function inTurn({ scenario, systems, postmaster, gateway }, options) {
  const runs = systems.map(() => []);
  for (const system of systems) {
    await closedLoop({ ...options, seconds: WARM_UP_SECONDS }, await scenario.prepare({ system, gateway }));
  }
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, system] of systems.entries()) {
      runs[index].push(await measured({ system, gateway, postmaster }, { scenario, options }));
    }
  }
  return runs;
}

async function measured(stage, { scenario, options }) {
  const work = await scenario.prepare(stage);
  const before = cpuOf(stage);
  const run = await closedLoop(options, work);
  const after = cpuOf(stage);
  const cpu = Object.fromEntries(Object.keys(before).map((name) => [name, (after[name] - before[name]) / run.done]));
  if (!options.half) return { ...run, cpu };
  const relaxed = await openLoop(
    { perSecond: run.perSecond / 2, seconds: options.seconds },
    await scenario.prepare(stage),
  );
  return { ...run, cpu, half: relaxed };
}

/** Milliseconds of processor used so far, by each process of the system and by PostgreSQL. */
function cpuOf({ system, postmaster }) {
  const { user, system: kernel } = process.cpuUsage();
  const used = { driver: (user + kernel) / 1_000 };
  for (const [name, { pid }] of Object.entries(system.processes)) used[name] = cpuMsOf(pid);
  used.postgres = cpuMsOf(postmaster);
  return Object.values(used).some((ms) => ms === undefined) ? {} : used;
}
