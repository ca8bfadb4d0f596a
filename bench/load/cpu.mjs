import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux; what `getconf CLK_TCK` says everywhere. */
const TICKS_PER_SECOND = 100;

/**
 * How many milliseconds of processor a process and its children have used, those that ended among them; undefined where there is no /proc.
 * @param pid of a process of a system, or of the postmaster
 */
export function cpuMsOf(pid) {
  const all = stats();
  if (all.length === 0) return undefined;
  const family = all.filter((each) => each.pid === pid || each.parent === pid);
  const ticks = family.reduce((sum, { own, ended, pid: id }) => sum + own + (id === pid ? ended : 0), 0);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

function stats() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(name));
  } catch {
    return [];
  }
}

/** The fields of proc(5) after the name, which may hold anything. */
function statOf(name) {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system, endedUser, endedSystem] = rest.slice(9, 13).map(Number);
    return [{ pid: Number(name), parent: Number(parent), own: user + system, ended: endedUser + endedSystem }];
  } catch {
    return [];
  }
}
