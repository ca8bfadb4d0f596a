import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as the collector got it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  /** Of OTLP: 1 internal, 2 server, 3 client, 5 consumer. */
  readonly kind: number;
  readonly facts: Readonly<Record<string, string | number>>;
  /** Of OTLP: 0 unset, 2 error. */
  readonly status: number;
  readonly events: readonly unknown[];
  readonly links: readonly unknown[];
}

interface OtlpSpan extends Omit<CollectedSpan, 'service' | 'parentSpanId' | 'facts' | 'status'> {
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number>>;
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A collector of OpenTelemetry, which takes traces as OTLP over HTTP in JSON. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** Everything that came, as it came. */
  readonly bodies: string[] = [];
  readonly headers: Readonly<Record<string, unknown>>[] = [];
  /** What it answers; undefined: nothing, ever. */
  status?: number = 200;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.headers.push({ ...request.headers, path: request.url });
        this.take(Buffer.concat(chunks).toString());
        if (this.status !== undefined)
          response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<Collector> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Collector(server);
  }

  /** As in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  named(name: string): CollectedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  childrenOf({ spanId }: CollectedSpan): CollectedSpan[] {
    return this.spans.filter((span) => span.parentSpanId === spanId);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private take(body: string): void {
    this.bodies.push(body);
    for (const { resource, scopeSpans } of (JSON.parse(body) as OtlpBody).resourceSpans) {
      const service = String(factsOf(resource.attributes)['service.name']);
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans).map((span) => collected(service, span)));
    }
  }
}

function collected(service: string, { attributes, status, parentSpanId = '', ...span }: OtlpSpan): CollectedSpan {
  return { ...span, service, parentSpanId, facts: factsOf(attributes), status: status.code ?? 0 };
}

const factsOf = (attributes: readonly Attribute[]): Record<string, string | number> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));
