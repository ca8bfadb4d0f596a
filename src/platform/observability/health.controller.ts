import { Controller, Get, Header, HttpStatus, Req, Res } from '@nestjs/common';
import { ApiSecurity, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { Public } from '../../common/http/access.decorators.js';
import { ApiMetrics, Health, Liveness, UNREADY } from './health.dto.js';
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

  /**
   * See whether the process runs
   * @remarks
   * For whatever restarts processes: 200 while this one answers at all. It asks neither the database nor anything else, so that a lost
   * database restarts nobody; whether requests can be served tells `GET /health/ready`.
   */
  @Get('health/live')
  @Header('Cache-Control', 'no-store')
  readLiveness(): Liveness {
    return { status: 'ok' };
  }

  /**
   * See whether the process can serve requests
   * @remarks
   * For load balancers: 200 while all that the process needs answers within 2 seconds and it is not closing; 503 means to send requests to
   * another. It recovers by itself, so restart nothing for it.
   * Where `OPS_TOKEN` is set `checks` are only for whoever sends that as the Bearer token; without it, or with a wrong one, the answer is the
   * same, less these details. That of `sms` is what was seen when the account was last looked at, every ten minutes, and decides nothing.
   */
  @Get('health/ready')
  @Header('Cache-Control', 'no-store')
  @ApiSecurity('opsToken')
  @ApiServiceUnavailableResponse(UNREADY)
  async readReadiness(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Health> {
    const readiness = await this.health.readiness();
    reply.status(readiness.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return Health.of(readiness, this.access.allows(request.headers.authorization));
  }

  /**
   * Read the numbers of this process for Prometheus
   * @remarks
   * Times of requests by method, route and class of status, codes by channel, region and outcome, refusals by what refused, what is left of the
   * budget for SMS, and what Node.js tells of itself. They are those of one process, or of all that share its port, each with the label `process`:
   * scrape each port. No phone and no id is in them.
   * Where `OPS_TOKEN` is set send that as the Bearer token, not an access token; else the answer is `auth.unauthenticated`.
   */
  @Get('metrics')
  @ForOps()
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiMetrics()
  readMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
