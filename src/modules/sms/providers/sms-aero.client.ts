import { buildConnector, Client } from 'undici';
import type { SmsAeroConfig } from '../../../config/config.js';
import { traced } from '../../../platform/tracing/current-work.js';
import type { SpanStart } from '../../../platform/tracing/span.js';
import { SmsFailure } from '../sms.errors.js';

/** What the gateway answered, whatever it was. */
export interface SmsAeroReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

class ConnectionTooSlow extends Error {
  readonly code = 'ETIMEDOUT';
}

interface Connection {
  isMade: boolean;
  /** Gives up a connection that takes too long. */
  readonly patience?: NodeJS.Timeout;
}

interface Call {
  readonly path: string;
  readonly body: string;
  /** Ends the whole call, at whichever host it is. */
  readonly over: AbortSignal;
}

/** Hosts of SMS Aero that serve the same; from some networks not all of them can be reached. */
const GATES = ['gate.smsaero.ru', 'gate.smsaero.org', 'gate.smsaero.net', 'gate.smsaero.uz'];
/** A genuine answer is below 1 KiB. */
const MOST_BYTES = 64 * 1024;
/** Servers keep idle connections for five seconds at least. */
const IDLE_MS = 1_000;
const STANDING: Connection = { isMade: true };
/** It did answer, but not what can be read. */
const UNREADABLE = new Set(['HTTPParserError', 'HeadersOverflowError', 'ResponseExceededMaxSizeError']);
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{2,60}$/;

/**
 * Asks the gateway, once: another host is tried only where no connection was made, so where nothing can have been taken.
 * A connection serves one call at a time, and again only within a moment: the gateway may close one that has been idle for long
 * just as a message is written to it, and then nobody knows whether it was taken. Redirects are not followed.
 */
export class SmsAeroClient {
  /** Private to the engine, so that no print of this object shows it. */
  readonly #authorization: string;
  private readonly bases: readonly URL[];
  /** How long a connection to one host may take; what is left when all have failed but the last is for its answer. */
  private readonly connectMs: number;
  private readonly connect: buildConnector.connector;
  private readonly idle = new Map<string, Client[]>();

  /** @param connect how connections are made, TLS included */
  constructor(
    { email, apiKey, baseUrl }: SmsAeroConfig,
    private readonly timeoutMs: number,
    connect?: buildConnector.connector,
  ) {
    this.#authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;
    this.bases = basesOf(new URL(baseUrl));
    this.connectMs = Math.floor(timeoutMs / (this.bases.length + 1));
    this.connect = connect ?? buildConnector({ timeout: timeoutMs });
  }

  /**
   * @param path below the base, such as `sms/send`
   * @throws SmsFailure `no_connection`, `connection_lost`, `timeout`, or `bad_answer` when it is no HTTP or has no end
   */
  ask(path: string, question: object): Promise<SmsAeroReply> {
    const call = { path, body: JSON.stringify(question), over: AbortSignal.timeout(this.timeoutMs) };
    return this.askFirst(this.bases, call);
  }

  private async askFirst([base, ...others]: readonly URL[], call: Call): Promise<SmsAeroReply> {
    if (!base) throw new SmsFailure('no_connection');
    try {
      return await this.askAt(base, call);
    } catch (error) {
      const connected = !(error instanceof SmsFailure) || error.kind !== 'no_connection';
      if (connected || others.length === 0 || call.over.aborted) throw error;
      return this.askFirst(others, call);
    }
  }

  private askAt(base: URL, call: Call): Promise<SmsAeroReply> {
    return traced(
      () => spanOf(base, call),
      async (span) => {
        const reply = await this.exchange(base, call);
        span?.set({ 'http.response.status_code': reply.status });
        return reply;
      },
    );
  }

  private async exchange(base: URL, { path, body, over }: Call): Promise<SmsAeroReply> {
    const client = this.idleAt(base) ?? this.clientOf(base);
    const connection = client.stats.connected ? STANDING : this.awaited(client);
    try {
      const answer = await client.request({
        method: 'POST',
        path: new URL(path, base).pathname,
        headers: { authorization: this.#authorization, 'content-type': 'application/json', accept: 'application/json' },
        body,
        signal: over,
      });
      const reply = { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
      this.idle.get(base.origin)?.push(client);
      return reply;
    } catch (error) {
      void client.destroy();
      throw connection.isMade ? failureAfter(error) : new SmsFailure('no_connection', reasonOf(error));
    } finally {
      clearTimeout(connection.patience);
    }
  }

  /** A signal is heard only once there is a connection: until then the patience with it counts. */
  private awaited(client: Client): Connection {
    const patience = setTimeout(() => void client.destroy(new ConnectionTooSlow()), this.connectMs);
    const connection: Connection = { isMade: false, patience };
    client.once('connect', () => {
      connection.isMade = true;
      clearTimeout(patience);
    });
    return connection;
  }

  private clientOf(base: URL): Client {
    const idle = { keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS };
    return new Client(base.origin, { connect: this.connect, maxResponseSize: MOST_BYTES, ...idle });
  }

  /** The connection that was used last, if it is still there; those that are gone are let go. */
  private idleAt({ origin }: URL): Client | undefined {
    const clients = this.idle.get(origin) ?? [];
    this.idle.set(origin, clients);
    let client = clients.pop();
    while (client && !client.stats.connected) {
      void client.destroy();
      client = clients.pop();
    }
    return client;
  }
}

/** The configured base, and behind an official gate the same at the others. */
function basesOf(base: URL): readonly URL[] {
  if (base.protocol !== 'https:' || base.port !== '' || !GATES.includes(base.hostname)) return [base];
  const others = GATES.filter((gate) => gate !== base.hostname);
  return [base, ...others.map((gate) => new URL(base.pathname, `https://${gate}`))];
}

/** The gateway is told nothing of it: whose trace it is concerns nobody there. */
const spanOf = (base: URL, { path }: Call): SpanStart => ({
  name: `POST ${path}`,
  kind: 'client',
  facts: {
    'http.request.method': 'POST',
    'url.template': path,
    'server.address': base.hostname,
    'server.port': Number(base.port) || (base.protocol === 'https:' ? 443 : 80),
  },
});

/** Once a connection was made the message may have been taken. */
function failureAfter(error: unknown): SmsFailure {
  const { name = '' } = error as { name?: string };
  if (name === 'TimeoutError') return new SmsFailure('timeout');
  return new SmsFailure(UNREADABLE.has(name) ? 'bad_answer' : 'connection_lost', reasonOf(error));
}

function reasonOf(error: unknown): { reason?: string } {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? { reason: code } : {};
}
