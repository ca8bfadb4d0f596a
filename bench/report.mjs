/** The value in the middle; of an even number the lower one of both. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** The runs of one system in one scenario as one line: medians of each number. */
export function summary(runs) {
  const steps = Object.keys(runs[0].times);
  const of = (step, quantile) => median(runs.map(({ times }) => times[step]?.[quantile] ?? 0));
  const processes = Object.keys(runs[0].cpu ?? {});
  return {
    perSecond: median(runs.map(({ perSecond }) => perSecond)),
    failed: runs.reduce((sum, { failed }) => sum + Object.values(failed).reduce((a, b) => a + b, 0), 0),
    times: Object.fromEntries(steps.map((step) => [step, { p50: of(step, 'p50'), p99: of(step, 'p99') }])),
    cpu: Object.fromEntries(processes.map((name) => [name, median(runs.map(({ cpu }) => cpu[name]))])),
  };
}

/** A table for people: one line a system, with its ratio to the first of the scenario. */
export function tableOf({ scenario, systems }) {
  const [first] = systems;
  const lines = systems.map(({ system, perSecond, failed, times, cpu }) => [
    system,
    perSecond.toFixed(0),
    (perSecond / first.perSecond).toFixed(3),
    String(failed),
    each(times, ({ p50, p99 }) => `${p50.toFixed(1)}/${p99.toFixed(1)}`),
    each(cpu, (ms) => ms.toFixed(2)),
  ]);
  const head = [scenario, 'a second', 'ratio', 'failed', 'ms p50/p99', 'CPU ms a piece'];
  return aligned([head, ...lines]);
}

/** The same at half the speed of each: how long people wait there, and how far the slowest are from the others. */
export function halfTable({ scenario, systems }) {
  const lines = systems.map(({ system, runs }) => {
    const { times, failed } = summary(runs.map(({ half }) => half));
    return [
      system,
      String(failed),
      each(times, ({ p50, p99 }) => `${p50.toFixed(1)}/${p99.toFixed(1)} (×${(p99 / p50).toFixed(1)})`),
    ];
  });
  return aligned([[`${scenario} at half the speed`, 'failed', 'ms p50/p99'], ...lines]);
}

const each = (numbers, show) =>
  Object.entries(numbers)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join('  ');

/** Rows of cells, one below the other. */
export function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
