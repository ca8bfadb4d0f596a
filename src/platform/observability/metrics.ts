import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface FinishedRequest {
  readonly method: string;
  /** The pattern of the route; a raw URL would make a time series of each phone and id. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** The numbers of this process. A registry of its own, so that two applications in one process do not collide. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();

  private readonly httpDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest({ method, route, status, seconds }: FinishedRequest): void {
    this.httpDuration.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}
