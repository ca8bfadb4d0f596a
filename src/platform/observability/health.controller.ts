import { Controller, Get, Header, HttpStatus, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { Public } from '../../common/http/access.decorators.js';
import { Health } from './health.dto.js';
import { HealthRegistry } from './health.registry.js';
import { Metrics } from './metrics.js';
import { ForOps, OpsAccess } from './ops.access.js';

const EXAMPLE = `# HELP http_request_duration_seconds Time from the first byte of a request to the last of its answer
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.005",method="GET",route="/api/v1/users/me",status="200"} 41
`;
const METRICS = { type: 'string', example: EXAMPLE };

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
  async readReadiness(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Health> {
    const readiness = await this.health.readiness();
    reply.status(readiness.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return Health.of(readiness, this.access.allows(request.headers.authorization));
  }

  /** The numbers of this process as Prometheus reads them. Needs OPS_TOKEN as a Bearer token when it is set. */
  @Get('metrics')
  @ForOps()
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOkResponse({ description: 'In the text format of Prometheus.', content: { 'text/plain': { schema: METRICS } } })
  readMetrics(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
