import { Writable } from 'node:stream';
import { Body, Controller, type DynamicModule, Get, Module, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, ValidateNested } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../src/common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../src/common/http/asker.js';
import { IsChallengeId, IsOtpCode, IsPhoneText, IsRegion } from '../../src/common/http/fields.decorators.js';
import { Forbidden, RequestInvalid } from '../../src/common/http/http.errors.js';
import { HttpConfig } from '../../src/config/config.js';
import { TracingConfig } from '../../src/config/tracing.config.js';
import { setUpHttpEdge } from '../../src/platform/http-edge/edge.js';
import { createFastifyAdapter } from '../../src/platform/http-edge/fastify.js';
import { type CheckToken, FromUpload, TakesUpload } from '../../src/platform/http-edge/uploads.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { ObservabilityModule } from '../../src/platform/observability/observability.module.js';

export const SECRET_PHONE = '+79991234567';

class Inner {
  @IsPhoneText()
  phone!: string;
}

class Sample {
  @IsPhoneText()
  phone!: string;

  @IsRegion({ optional: true })
  region?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner;
}

class Code {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;
}

class PageQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  limit?: number;
}

const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

const FAULTS: Record<string, unknown> = {
  unexpected: Object.assign(new Error(`cannot save ${SECRET_PHONE}`), { parameters: [SECRET_PHONE] }),
  refused: new AggregateError([withCode('connect', 'ECONNREFUSED')]),
  shutdown: Object.assign(new Error('query'), { driverError: withCode('terminating connection', '57P01') }),
  pool: new Error('timeout exceeded when trying to connect'),
  duplicate: Object.assign(withCode('duplicate key', '23505'), { detail: `(phone)=(${SECRET_PHONE})` }),
};

@Public()
@Controller('sample')
export class SampleController {
  /** What came of a file that was asked for when its sender had gone. */
  late?: Promise<Buffer>;

  @Post()
  take(@Body() body: Sample): Sample {
    return body;
  }

  @Post('code')
  check(@Body() body: Code): Code {
    return body;
  }

  @Put('upload')
  @TakesUpload('picture')
  async upload(@FromUpload() read: () => Promise<Buffer>): Promise<object> {
    return { bytes: (await read()).length };
  }

  @Put('upload-by-token')
  @TakesUpload('picture', { token: 'pass' })
  async uploadByToken(@FromUpload() read: (check: CheckToken) => Promise<Buffer>): Promise<object> {
    const refuseOthers: CheckToken = (token) => {
      if (token !== 'sesame') throw new Forbidden();
    };
    return { bytes: (await read(refuseOthers)).length };
  }

  @Put('upload-unchecked')
  @TakesUpload('picture', { token: 'pass' })
  async uploadUnchecked(@FromUpload() read: () => Promise<Buffer>): Promise<object> {
    return { bytes: (await read()).length };
  }

  /** Refuses whoever uploads before anything is read, as a guard does. */
  @Put('closed')
  @TakesUpload('picture')
  closed(): never {
    throw new RequestInvalid();
  }

  @Put('late')
  @TakesUpload('picture')
  async readLate(@FromUpload() read: () => Promise<Buffer>, @Req() request: FastifyRequest): Promise<object> {
    await new Promise((resolve) => request.raw.once('close', resolve));
    this.late = read();
    return { bytes: (await this.late).length };
  }

  @Get('asker')
  asker(@FromAsker() asker: Asker): Asker {
    return asker;
  }

  @Get('limited')
  limited(): never {
    const policy = { name: 'contact', quota: 5, windowSeconds: 3600 };
    throw new RequestInvalid({ retryAfterSeconds: 19.2, policy, extras: { attemptsLeft: 2, status: 200 } });
  }

  @Get('fault/:kind')
  fault(@Param('kind') kind: string): never {
    throw FAULTS[kind] ?? new Error('no such fault');
  }

  @Get(':id')
  one(@Param('id') id: string, @Query() query: PageQuery): object {
    return { id, ...query };
  }
}

@Module({})
class SampleModule {
  static for(config: HttpConfig): DynamicModule {
    return {
      module: SampleModule,
      global: true,
      imports: [ObservabilityModule],
      controllers: [SampleController],
      providers: [
        { provide: HttpConfig, useValue: config },
        { provide: TracingConfig, useValue: {} },
      ],
      exports: [HttpConfig, TracingConfig],
    };
  }
}

export interface EdgeApp {
  readonly app: NestFastifyApplication;
  readonly port: number;
  /** What the application has logged so far, line by line. */
  readonly lines: string[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** The edge with a few routes behind it and nothing else, listening on a port of its own. */
export async function startEdge(config: Partial<HttpConfig> = {}): Promise<EdgeApp> {
  const lines: string[] = [];
  const http = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://id.example',
    corsOrigins: [],
    trustedProxies: [],
    drainMs: 0,
    ...config,
  };
  const logger = new JsonLogger('info', lineSink(lines));
  const module = await Test.createTestingModule({ imports: [SampleModule.for(http)] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createFastifyAdapter(http, logger), { logger });
  await setUpHttpEdge(app, logger);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  lines.length = 0;
  return { app, port, lines, fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}

function lineSink(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
}
