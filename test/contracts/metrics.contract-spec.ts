import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { PROJECT_ROOT } from '../../src/common/project-root.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { WorkerModule } from '../../src/worker.module.js';
import { configFor } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** What Node.js tells of itself, by the library. */
const OF_NODE = /^(nodejs|process)_/;

/** Every metric that each kind of process has. */
async function everyMetric(): Promise<{ api: Described[]; worker: Described[] }> {
  const database = await createTestDatabase();
  const config = configFor(database.url, { WORKER: 'separate' });
  const options = { logger: new JsonLogger('silent'), abortOnError: false };
  const of = async (root: typeof AppModule | typeof WorkerModule): Promise<Described[]> => {
    const context = await NestFactory.createApplicationContext(root.for(config), options);
    const all = context.get(Metrics).registry.getMetricsAsArray() as unknown as Described[];
    const described = all.map(({ name, help, type, labelNames }) => ({ name, help, type, labelNames }));
    await context.close();
    return described;
  };
  const found = { api: await of(AppModule), worker: await of(WorkerModule) };
  await database.drop();
  return found;
}

function rowsOf({ api, worker }: Awaited<ReturnType<typeof everyMetric>>): string[] {
  const all = new Map([...api, ...worker].map((metric) => [metric.name, metric]));
  const has = (metrics: readonly Described[], name: string) => metrics.some((metric) => metric.name === name);
  const whereIs = (name: string) => (has(api, name) ? (has(worker, name) ? 'both' : 'API') : 'worker');
  return [...all.values()]
    .filter(({ name }) => !OF_NODE.test(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, labelNames, type, help }) => {
      const labels = labelNames.length > 0 ? `{${labelNames.join(',')}}` : '';
      return `\`${name}${labels}\` | ${type} | ${whereIs(name)} | ${help}`;
    });
}

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');

/** The rows of the table of metrics, without what aligns them. */
const documentedRows = () =>
  read('docs/observability.md')
    .split('\n')
    .filter((line) => /^\| `(latchkey|http)_/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split('|')
        .map((cell) => cell.trim())
        .join(' | '),
    );

/** Every name of a metric in a query, without the suffixes that Prometheus gives to parts of a histogram. */
const namesIn = (text: string) => [...new Set(text.match(/\b(latchkey|http|nodejs|process)_[a-z0-9_]+\b/g))].sort();

describe('The metrics', () => {
  let metrics: Awaited<ReturnType<typeof everyMetric>>;

  beforeAll(async () => {
    metrics = await everyMetric();
  }, 60_000);

  it('stand in docs/observability.md, each with its labels, its kind and its meaning, and no other', () => {
    expect(documentedRows()).toEqual(rowsOf(metrics));
  });

  it('have names as Prometheus wants them: what only grows ends in _total, what is a time in _seconds', () => {
    for (const { name, type, help } of [...metrics.api, ...metrics.worker].filter(({ name }) => !OF_NODE.test(name))) {
      expect(name).toMatch(/^[a-z][a-z0-9_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(help).toMatch(/^[A-Z]/);
    }
  });

  it.each(['ops/grafana/latchkey.json', 'ops/prometheus/alerts.yml'])('that %s asks for are there', (path) => {
    const known = [...metrics.api, ...metrics.worker].flatMap(({ name, type }) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    const asked = namesIn(read(path));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  });
});
