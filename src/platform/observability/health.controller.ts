import { Controller, Get, Header, HttpStatus, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { Public } from '../../common/http/access.decorators.js';
import { Health } from './health.dto.js';
import { HealthRegistry } from './health.registry.js';
import { Metrics } from './metrics.js';
import { ForOps, OpsAccess } from './ops.access.js';

/** For whoever runs the service; none of it lies under the prefix of the API. */
@Public()
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthRegistry,
    private readonly access: OpsAccess,
    private readonly metrics: Metrics,
  ) {}

  /** Whether the process runs; asks nothing else, so that a lost database restarts nobody. */
  @Get('health/live')
  @Header('Cache-Control', 'no-store')
  readLiveness(): Health {
    return { status: 'ok' };
  }

  /** Whether the process can serve: it is not closing, and all it needs answers. */
  @Get('health/ready')
  @Header('Cache-Control', 'no-store')
  @ApiServiceUnavailableResponse({ type: Health, description: 'Send requests elsewhere.' })
  async readReadiness(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const readiness = await this.health.readiness();
    reply.status(readiness.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return Health.of(readiness, this.access.allows(request.headers.authorization));
  }

  /** The numbers of this process as Prometheus reads them. Needs OPS_TOKEN as a Bearer token when it is set. */
  @Get('metrics')
  @ForOps()
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  readMetrics(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
