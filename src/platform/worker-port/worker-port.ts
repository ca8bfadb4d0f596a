import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CannotStart } from '../../common/cannot-start.js';
import type { DomainErrorClass } from '../../common/domain-error.js';
import { Internal, RequestNotFound, Unauthenticated } from '../../common/http/http.errors.js';
import { HttpConfig } from '../../config/config.js';
import { Health } from '../observability/health.dto.js';
import { HealthRegistry } from '../observability/health.registry.js';
import { Metrics } from '../observability/metrics.js';
import { OpsAccess } from '../observability/ops.access.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Route = (authorization: string | undefined) => Answer | Promise<Answer>;

/** Whoever asks here asks little, and is near. */
const SLOWEST_REQUEST_MS = 5_000;
const MOST_CONNECTIONS = 50;

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

const refusal = ({ status, code, title }: DomainErrorClass): Answer => json(status, { status, code, title: title.en });

/**
 * How those who run a worker see it: `/health/live`, `/health/ready` and `/metrics`, which answer as in a process that serves the API, and
 * nothing else. Open where `WORKER_PORT` is set, from when the worker works until nothing is left for it to do.
 */
@Injectable()
export class WorkerPort implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WorkerPort.name);
  private server?: Server;

  constructor(
    private readonly config: HttpConfig,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly access: OpsAccess,
  ) {}

  private readonly routes = new Map<string, Route>([
    ['/health/live', () => json(200, { status: 'ok' })],
    ['/health/ready', (authorization) => this.readiness(this.access.allows(authorization))],
    ['/metrics', (authorization) => (this.access.allows(authorization) ? this.numbers() : refusal(Unauthenticated))],
  ]);

  /** @throws CannotStart when somebody else listens there */
  async onApplicationBootstrap(): Promise<void> {
    const { workerPort, host } = this.config;
    if (workerPort === undefined) return;
    const server = createServer({ requestTimeout: SLOWEST_REQUEST_MS }, (request, response) => {
      void this.serve(request, response);
    });
    server.maxConnections = MOST_CONNECTIONS;
    await listen(server, workerPort, host);
    this.server = server;
    this.logger.log(`health and metrics of the worker are at http://${host}:${this.port}`);
  }

  /** Where it listens; undefined while it does not. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** Ends at once: whoever still asks gets no answer, and holds nobody up. */
  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.answer(request);
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...(status === Unauthenticated.status && { 'WWW-Authenticate': 'Bearer' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async answer({ method, url = '', headers }: IncomingMessage): Promise<Answer> {
    const [path = ''] = url.split('?');
    const route = method === 'GET' || method === 'HEAD' ? this.routes.get(path) : undefined;
    try {
      return (await route?.(headers.authorization)) ?? refusal(RequestNotFound);
    } catch (error) {
      this.logger.error(error);
      return refusal(Internal);
    }
  }

  private async readiness(withDetails: boolean): Promise<Answer> {
    const readiness = await this.health.readiness();
    return json(readiness.ready ? 200 : 503, Health.of(readiness, withDetails));
  }

  private async numbers(): Promise<Answer> {
    return { status: 200, type: Registry.PROMETHEUS_CONTENT_TYPE, body: await this.metrics.text() };
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new CannotStart(`Port ${port} of ${host} is taken. Stop what listens there, or choose another: WORKER_PORT.`);
  }
}
