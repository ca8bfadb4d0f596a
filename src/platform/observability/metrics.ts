import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';
import { projectVersion } from '../../common/project-root.js';
import { isMember, numbersOfAll, takePart } from '../process-group/membership.js';

export interface FinishedRequest {
  readonly method: string;
  /** The pattern of the route; a raw URL would make a time series of each phone and id. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** One number of a gauge. Labels have few values, and never a phone, an address, a code or an id. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Undefined where nothing is known now: no number is better than an old one. */
type Look = () => readonly Sample[] | undefined | Promise<readonly Sample[] | undefined>;

/**
 * The numbers of this process. A registry of its own, so that two applications in one process do not collide. The help of a number that
 * is the same in every process, because the database knows it, begins with `All processes:`; it is not to be added up.
 */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();

  private readonly httpDuration = this.histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });

  constructor() {
    takePart(() => this.registry.getMetricsAsJSON());
    collectDefaultMetrics({ register: this.registry });
    const build: Sample = [{ version: projectVersion(), node: process.version }, 1];
    this.gauge(
      {
        name: 'latchkey_build_info',
        help: 'Always 1; which version runs, on which Node.js',
        labelNames: ['version', 'node'],
      },
      () => [build],
    );
  }

  /** What Prometheus reads; of all processes that share this one's port, each series with its `process`. */
  text(): Promise<string> {
    return isMember() ? numbersOfAll() : this.registry.metrics();
  }

  observeRequest({ method, route, status, seconds }: FinishedRequest): void {
    this.httpDuration.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  /** The counter of this name, which may be there already. */
  counter<Label extends string>(described: CounterConfiguration<Label>): Counter<Label> {
    const known = this.registry.getSingleMetric(described.name) as Counter<Label> | undefined;
    return known ?? new Counter({ ...described, registers: [this.registry] });
  }

  histogram<Label extends string>(described: HistogramConfiguration<Label>): Histogram<Label> {
    return new Histogram({ ...described, registers: [this.registry] });
  }

  /** A number that is looked up at each scrape. */
  gauge(described: GaugeConfiguration<string>, look: Look): void {
    new Gauge({
      ...described,
      registers: [this.registry],
      async collect() {
        const samples = await look();
        this.reset();
        // Without labels, a reset gauge would tell of 0 where nothing is known.
        if (!described.labelNames?.length) this.remove();
        for (const [labels, value] of samples ?? []) this.set(labels, value);
      },
    });
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}
